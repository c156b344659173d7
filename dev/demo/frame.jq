# Draws a migration and the load on it from what was last heard of each:
#
#   jq -nr -f frame.jq --arg form tree --argjson now "$(date +%s.%N)" --argjson width 100 --argjson colour true \
#     --rawfile migration FILE --rawfile fresh FILE --rawfile kept FILE
#
# Each file has a JSON object a line, and the last whole line counts: a Migration, and twice what counts.jq writes,
# for requests over connections of their own and over connections that are kept.
#
# form tree    a tree of stages and steps with state and age, and a table of the load
# form events  what is worth a line of a log, without ages: a line that is new is something that happened

def last_line: split("\n")[:-1] | if . == [] then null else last | fromjson end;

# Seconds of a time such as 2026-11-23T01:09:26.072744Z; jq reads whole seconds only.
def seconds:
  capture("^(?<whole>[^.Z]+)(?<part>\\.[0-9]+)?Z$")
  | (.whole + "Z" | fromdateiso8601) + ("0" + (.part // "") | tonumber);

def span:
  if . < 0 then "0.0s"
  elif . < 9.95 then (. * 10 | round) | "\(. / 10 | floor).\(. % 10)s"
  elif . < 100 then "\(floor)s"
  else "\(. / 60 | floor)m\(. % 60 | floor | tostring | if length < 2 then "0" + . else . end)s"
  end;

# No spaces are null in jq, and adding null changes nothing.
def pad($width): . + (" " * ([$width - length, 0] | max));
def pad_left($width): (" " * ([$width - length, 0] | max)) + .;
def cut($width): if $width < 1 then "" elif length > $width then .[0:$width - 1] + "…" else . end;

def paint($code): if $colour and . != "" then "\u001b[\($code)m\(.)\u001b[0m" else . end;

def look:
  {Pending: {mark: "·", code: "2"}, Running: {mark: "▸", code: "1;36"}, Done: {mark: "✓", code: "32"},
   Failed: {mark: "✗", code: "1;31"}, Undoing: {mark: "↩", code: "1;33"}, Undone: {mark: "↩", code: "33"}}[.];

def age:
  if .undoStartedAt then (if .undoneAt then .undoneAt | seconds else $now end) - (.undoStartedAt | seconds)
  elif .startedAt then (if .finishedAt then .finishedAt | seconds else $now end) - (.startedAt | seconds)
  else null end
  | if . == null then "" else span end;

# What a step says is news while it runs and where it failed; afterwards it is noise.
def news: if IN(.state; "Running", "Failed", "Undoing") then .message // "" else "" end;

def step_line($branch; $names):
  (.state | look) as $look
  | ($names + 21 + ($branch | length)) as $used
  | ($branch | paint("2")) + ($look.mark + " " + (.name | pad($names)) + "  " + (.state | pad(7)) | paint($look.code))
    + "  " + (age | pad_left(6)) + "  " + (news | cut($width - $used) | paint("2"))
  | sub("\\s+$"; "");

def stages: reduce .[] as $step ([];
  if length > 0 and last[0].stage == $step.stage then .[-1] += [$step] else . + [[$step]] end);

# A stage of one step is one line.
def stage_lines($last; $names):
  (if $last then "└─ " else "├─ " end) as $branch
  | (if $last then "   " else "│  " end) as $trunk
  | if length == 1 then .[0] | step_line($branch; $names)
    else
      ($branch + .[0].stage | paint("2")),
      (length as $count | to_entries[]
        | .key as $key
        | .value | step_line($trunk + (if $key == $count - 1 then "└─ " else "├─ " end); $names - 3))
    end;

def headline:
  "Migration " + .metadata.name + ": " + ((.status.phase // "not seen by the operator yet") | paint("1"))
  + (if .status.step then "  " + .status.step else "" end)
  + (if .status.startTime
     then "  " + ((if .status.completionTime then .status.completionTime | seconds else $now end)
       - (.status.startTime | seconds) | span)
     else "" end);

def tree:
  if . == null then "Migration: none yet"
  else
    headline,
    ((.status.message // "") | cut($width) | paint("2")),
    ((.status.steps // []) | stages | length as $count
      | (([.[] | (if length == 1 then 0 else 3 end) + (.[].name | length)] | max) // 0) as $names
      | to_entries[] | .key as $key | .value | stage_lines($key == $count - 1; $names))
  end;

def by_version: to_entries | sort_by(.key) | map("\(.key) ×\(.value)") | join("  ");

# Fits into 80 columns.
def load_line($name):
  ($name | pad(18)) + (.sent | tostring | pad_left(7))
  + (.failed | tostring | pad_left(8) | if test("[1-9]") then paint("1;31") else . end)
  + "   " + (.versions | by_version | pad(27)) + "  " + (.lately | keys | join(" and "))
  | sub("\\s+$"; "");

def load($fresh; $kept):
  ("requests" | pad(18)) + ("sent" | pad_left(7)) + ("failed" | pad_left(8)) + "   " + ("answered by" | pad(27)) + "  now by"
    | paint("2"),
  (($fresh // empty) | load_line("  new connections")),
  (($kept // empty) | load_line("  kept connections"));

def migration_events:
  if . == null then empty
  else
    ((.status.phase // empty) | "migration: " + .),
    ((.status.failure.message // empty) | "failure: " + .),
    ((.status.steps // [])[] | select(.state != "Pending")
      | news as $news | "\(.name): \(.state)" + (if $news == "" then "" else ", " + $news end))
  end;

def load_events($name):
  if . == null then empty
  else
    (.lately | keys | select(. != []) | "\($name) are answered by " + join(" and ")),
    (select(.failed > 0) | "\($name): REQUESTS FAILED, the first \(.error)")
  end;

($migration | last_line) as $migration | ($fresh | last_line) as $fresh | ($kept | last_line) as $kept
| if $form == "tree"
  then ($migration | tree), "", load($fresh; $kept)
  else ($migration | migration_events), ($fresh | load_events("new connections")), ($kept | load_events("kept connections"))
  end
