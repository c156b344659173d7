# Counts what one user asked of the API server in a span of time, from its audit log:
#
#   jq -nc -f audit.jq --arg user system:serviceaccount:NAMESPACE:NAME --arg from TIME --arg to TIME audit.log
#
# Times are compared as texts, so they have six decimals, as in the log: 2026-11-23T01:07:57.228626Z. The span includes
# from and excludes to. Leases and questions
# about the user's own rights are work of another kind, and are counted apart. Refused is what got 400 or more.
#
#   {writes: {total, refused, byKind: {"patch services": 1, …}, events}, reads: {total, byKind}, leases, reviews}

def resource: .objectRef | .resource + (if .subresource then "/" + .subresource else "" end);

# A watch is begun at ResponseStarted and may be going on for long; all else is answered at ResponseComplete.
def answered: if .verb == "watch" then .stage == "ResponseStarted" else .stage != "ResponseStarted" end;

def sorted: to_entries | sort_by([-.value, .key]) | from_entries;

reduce (inputs
  | select(.user.username == $user and .requestReceivedTimestamp >= $from and .requestReceivedTimestamp < $to)
  | select(answered)) as $request
  ({writes: {total: 0, refused: 0, byKind: {}, events: 0}, reads: {total: 0, byKind: {}}, leases: 0, reviews: 0};
  ($request | "\(.verb) \(resource)") as $kind
  | if $request.objectRef == null then .
    elif $request.objectRef.resource == "leases" then .leases += 1
    elif $request.objectRef.resource | test("subject(access|rules)reviews$") then .reviews += 1
    elif $request.verb | IN("get", "list", "watch") then .reads.total += 1 | .reads.byKind[$kind] += 1
    else
      .writes.total += 1
      | .writes.byKind[$kind] += 1
      | .writes.refused += (if $request.responseStatus.code >= 400 then 1 else 0 end)
      | .writes.events += (if $request.objectRef.resource == "events" then 1 else 0 end)
    end)
| .writes.byKind |= sorted
| .reads.byKind |= sorted
