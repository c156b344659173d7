# Counts the results of a running vegeta attack, and who answered:
#
#   vegeta attack … | vegeta encode -to json | jq -nc --unbuffered -f counts.jq
#
# Writes a line at most ten times a second, and the last one when the attack is over:
#   sent      requests that were answered or failed
#   failed    those of them without a version in a good answer; error: what the first of them got
#   versions  how many answers each version gave; lastSecond: in the last whole second
#   latest    when the last request was sent that each version answered
#
# Time is that of the results, in the order of their texts: 2026-11-23T01:09:26.07274443Z.

def answered_by:
  if .code == 200 then (try (.body | @base64d | fromjson | .version) catch null) else null end;

def what_went_wrong: if .error != "" then .error else "an answer without a version, code \(.code)" end;

def into_second($version):
  if .time[0:19] > .second.name
  then .lastSecond = .second.versions | .second = {name: .time[0:19], versions: {}}
  else . end
  | .second.versions[$version] += 1;

def count($result):
  ($result | answered_by) as $version
  | .sent += 1
  | .time = ([.time, $result.timestamp] | max)
  | if $version == null
    then .failed += 1 | .error = (.error // ($result.timestamp + " " + ($result | what_went_wrong)))
    else .versions[$version] += 1
      | .latest[$version] = ([.latest[$version], $result.timestamp] | max)
      | into_second($version)
    end;

def none:
  {sent: 0, failed: 0, error: null, versions: {}, lastSecond: {}, latest: {},
   time: "", second: {name: "", versions: {}}, written: "", write: false};

foreach (inputs, null) as $result (none;
  if $result == null
  then .write = true | .lastSecond = (if .lastSecond == {} then .second.versions else .lastSecond end)
  else count($result)
    | .write = (.time[0:21] > .written)
    | .written = .time[0:21]
  end;
  select(.write) | del(.time, .second, .written, .write))
