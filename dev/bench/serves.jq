# When a Service's traffic first went to these pods alone: three of them or more, all with names that match the pattern.
# Reads the changes of the endpoints, as watch_endpoints writes them; prints seconds since 1970, or nothing if it never was.
#
#   jq -s -f serves.jq --arg service NAME --arg pods PATTERN --argjson since SECONDS slices

first(.[]
  | select(.service == $service and .at >= $since)
  | select((.pods | length) >= 3 and all(.pods[]; test($pods)))
  | .at)
