# When the API server got the requests of a kind for a namespace in a span of time that it did not refuse, from its audit log:
# a time a line, in order. Times and the span are as in audit.jq. NAMES is a pattern of the objects' names.
#
#   jq -nr -f request.jq --arg namespace NAME --arg from TIME --arg to TIME --arg verb VERB \
#       --arg resource RESOURCE[/SUBRESOURCE] --arg names NAMES audit.log

[inputs
  | select(.requestReceivedTimestamp >= $from and .requestReceivedTimestamp < $to)
  | select(.verb == $verb and .responseStatus.code < 400)
  | select(.objectRef | .namespace == $namespace
      and .resource + (if .subresource then "/" + .subresource else "" end) == $resource
      and (.name // "" | test($names)))
  | .requestReceivedTimestamp]
| unique[]
