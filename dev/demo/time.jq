# Times as the API server and vegeta write them.

# Seconds of a time such as 2026-11-23T01:09:26.072744Z; jq reads whole seconds only.
def seconds:
  capture("^(?<whole>[^.Z]+)(?<part>\\.[0-9]+)?Z$")
  | (.whole + "Z" | fromdateiso8601) + ("0" + (.part // "") | tonumber);
