# Counts the results of a running vegeta attack, and who answered:
#
#   vegeta attack … | vegeta encode -to json | jq -nc --unbuffered -f counts.jq
#
# Writes a line at most ten times a second, and the last one when the attack is over:
#   sent      requests that were answered or failed
#   failed    those of them without a version in a good answer; error: what the first of them got
#   versions  how many answers each version of each service gave; lately: in the last whole half second
#   latest    when the last request was sent that each version answered
#
# Time is that of the results, in the order of their texts: 2026-11-23T01:09:26.07274443Z.

def answered_by:
  if .code == 200 then (try (.body | @base64d | fromjson | .version) catch null) else null end;

def what_went_wrong: if .error != "" then .error else "an answer without a version, code \(.code)" end;

# http://podinfo.godwit-demo:9898/version is a question to podinfo.
def service: (.url // "" | capture("^[a-z]+://(?<name>[^.:/]+)").name) // "?";

def half_second: .[0:19] + (if .[20:21] < "5" then ".0" else ".5" end);

def into_half_second($service; $version):
  (.time | half_second) as $half
  | if $half > .half.name then .lately = .half.versions | .half = {name: $half, versions: {}} else . end
  | .half.versions[$service][$version] += 1;

def count($result):
  ($result | answered_by) as $version
  | ($result | service) as $service
  | .sent += 1
  | .time = ([.time, $result.timestamp] | max)
  | if $version == null
    then .failed += 1 | .error = (.error // ($result.timestamp + " " + ($result | what_went_wrong)))
    else .versions[$service][$version] += 1
      | .latest[$version] = ([.latest[$version], $result.timestamp] | max)
      | into_half_second($service; $version)
    end;

def none:
  {sent: 0, failed: 0, error: null, versions: {}, lately: {}, latest: {},
   time: "", half: {name: "", versions: {}}, written: "", write: false};

foreach (inputs, null) as $result (none;
  if $result == null
  then .write = true | .lately = (if .lately == {} then .half.versions else .lately end)
  else count($result)
    | .write = (.time[0:21] > .written)
    | .written = .time[0:21]
  end;
  select(.write) | del(.time, .half, .written, .write))
