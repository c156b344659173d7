# Draws a migration and the load on it from what was last heard of each:
#
#   jq -nr -L DIRECTORY-OF-THIS -f frame.jq --arg form tree --argjson now "$(date +%s.%N)" --argjson width 100 --argjson colour true \
#     --rawfile migration FILE --rawfile fresh FILE --rawfile kept FILE
#
# Each file has a JSON object a line, and the last whole line counts: a Migration, and twice what counts.jq writes,
# for requests over connections of their own and over connections that are kept.
#
# form tree    a tree of stages and steps with state and age, and a table of the load. Of a rolling migration only the
#              turn that is under way has lines for its steps, so that it fits on a terminal of ordinary height.
# form events  what is worth a line of a log, without ages: a line that is new is something that happened

include "time";

def last_line: split("\n")[:-1] | if . == [] then null else last | fromjson end;

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
   Failed: {mark: "✗", code: "1;31"}, UndoFailed: {mark: "✗", code: "1;31"}, Undoing: {mark: "↩", code: "1;33"}, Undone: {mark: "↩", code: "33"}}[.];

def age:
  if .undoStartedAt then (if .undoneAt then .undoneAt | seconds else $now end) - (.undoStartedAt | seconds)
  elif .startedAt then (if .finishedAt then .finishedAt | seconds else $now end) - (.startedAt | seconds)
  else null end
  | if . == null then "" else span end;

def is_under_way: IN(.state; "Running", "Failed", "Undoing", "UndoFailed");

# What a step says is news while it runs and where it failed; afterwards it is noise.
def news: if is_under_way then .message // "" else "" end;

def step_line($branch; $names):
  (.state | look) as $look
  | ($names + 21 + ($branch | length)) as $used
  | ($branch | paint("2")) + ($look.mark + " " + (.name | pad($names)) + "  " + (.state | pad(7)) | paint($look.code))
    + "  " + (age | pad_left(6)) + "  " + (news | cut($width - $used) | paint("2"))
  | sub("\\s+$"; "");

def stages: reduce .[] as $step ([];
  if length > 0 and last[0].stage == $step.stage then .[-1] += [$step] else . + [[$step]] end);

def is_settled: all(.[]; is_under_way | not) and (any(.[]; .state == "Done") and any(.[]; .state == "Pending") | not);

# Several steps as one, which is as the first of them that is under way.
def folded($name):
  (map(select(is_under_way)) | first) as $active
  | (map(.state) | unique) as $states
  | (map(select(.state == "Done")) | length) as $done
  | {name: $name,
     state: (if $active then $active.state
       elif $states == ["Done", "Pending"] then "Running"
       elif $states | contains(["Done", "Undone"]) then "Undoing"
       elif $states | contains(["Undone"]) then "Undone"
       else $states[0] end),
     message: (if $active and length > 1 then "\($done) of \(length) done; \($active.message // "")"
       elif $active then $active.message
       elif any(.[]; .state == "Undone" and (.name | endswith("/switch"))) then "traffic is back"
       else null end),
     startedAt: (map(.startedAt // empty) | min_by(seconds)),
     finishedAt: (if $states == ["Done"] then map(.finishedAt) | max_by(seconds) else null end),
     undoStartedAt: (map(.undoStartedAt // empty) | min_by(seconds)),
     undoneAt: (if $states - ["Undone", "Pending"] == [] then map(.undoneAt // empty) | max_by(seconds) else null end)};

# The tree: a node is a line, or a heading, above its children. A stage of one step is one line.
def stage_node: if length == 1 then {line: .[0]} else {heading: .[0].stage, children: map({line: .})} end;

# Stages of a rolling migration, those of a turn together: they end in its number, as snapshot-1 does. After the last
# turn comes stability, and then all that is clean-up.
def blocks: reduce .[] as $stage ([];
  $stage[0].stage as $name | last.turn as $turn
  | if $name | test("^snapshot-[0-9]+$") then . + [{turn: $name[9:], stages: [$stage]}]
    elif $turn and ($name | endswith("-" + $turn)) then .[-1].stages += [$stage]
    elif $name == "stability" then . + [{stages: [$stage]}]
    elif last.cleanup then .[-1].stages += [$stage]
    else . + [{cleanup: true, stages: [$stage]}]
    end);

def turn_node:
  (.stages | add) as $steps
  | ("turn \(.turn): " + (.stages[0] | map(.name | split("/")[0]) | join(", "))) as $name
  | ($steps | folded($name)) as $line
  | if $steps | is_settled then {$line}
    else {line: ($line | del(.message)), children: [.stages[] | stage_node]}
    end;

def cleanup_node:
  (.stages | add) as $steps
  | ($steps | folded("clean-up")) as $line
  | if $steps | is_settled then {$line}
    else {line: ($line | del(.message)), children: [.stages[] | {line: (if length == 1 then .[0] else folded(.[0].stage) end)}]}
    end;

def nodes:
  stages
  | if any(.[]; .[0].stage == "snapshot-1")
    then blocks | map(if .turn then turn_node elif .cleanup then cleanup_node else .stages[0] | stage_node end)
    else map(stage_node)
    end;

# How wide the names are, with what stands before those of children.
def names: [.[] | (.line.name // "" | length), ((.children // []) | if . == [] then 0 else 3 + names end)] | max // 0;

def node_lines($trunk; $last; $names):
  ($trunk + if $last then "└─ " else "├─ " end) as $branch
  | (if .line then . as $node | .line | step_line($branch; $names - ($trunk | length)) else $branch + .heading | paint("2") end),
    ((.children // []) | length as $count | to_entries[] | .key as $key
      | .value | node_lines($trunk + if $last then "   " else "│  " end; $key == $count - 1; $names));

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
    ((.status.steps // []) | nodes | names as $names | length as $count
      | to_entries[] | .key as $key | .value | node_lines(""; $key == $count - 1; $names))
  end;

# Of all services together: {"users": {"1.0.0": 2}, "orders": {"1.0.0": 1}} is {"1.0.0": 3}.
def of_all: reduce (.[] | to_entries[]) as {$key, $value} ({}; .[$key] += $value);

def by_version: of_all | to_entries | sort_by(.key) | map("\(.key) ×\(.value)") | join("  ");

def now_by: keys | join(" and ");

# Fits into 80 columns.
def load_line($name):
  ($name | pad(18)) + (.sent | tostring | pad_left(7))
  + (.failed | tostring | pad_left(8) | if test("[1-9]") then paint("1;31") else . end)
  + "   " + (.versions | by_version | pad(27)) + "  " + (.lately | of_all | now_by)
  | sub("\\s+$"; "");

# Which version answers for which service, where there are several, in the order of the migration.
def services_line($services):
  .lately | select(length > 1) | to_entries
  | sort_by(.key as $name | [($services | index($name)), $name])
  | map(.key + " " + (.value | now_by)) | "  new to: " + join(", ") | cut($width);

def load($services; $fresh; $kept):
  ("requests" | pad(18)) + ("sent" | pad_left(7)) + ("failed" | pad_left(8)) + "   " + ("answered by" | pad(27)) + "  now by"
    | paint("2"),
  (($fresh // empty) | load_line("  new connections")),
  (($kept // empty) | load_line("  kept connections")),
  (($fresh // empty) | services_line($services));

def migration_events:
  if . == null then empty
  else
    ((.status.phase // empty) | "migration: " + .),
    ((.status.failure.message // empty) | "failure: " + .),
    ((.status.steps // [])[] | select(.state != "Pending")
      | news as $news | "\(.name): \(.state)" + (if $news == "" then "" else ", " + $news end))
  end;

# Kept connections of several services come and go, each with the pod that it was opened to: told of each, they would
# hide the rest.
def load_events($name; $each):
  if . == null then empty
  else
    (.lately
      | if $each and length > 1
        then to_entries[] | "\($name) to \(.key) are answered by \(.value | now_by)"
        else of_all | select(. != {}) | "\($name) are answered by \(now_by)"
        end),
    (select(.failed > 0) | "\($name): REQUESTS FAILED, the first \(.error)")
  end;

($migration | last_line) as $migration | ($fresh | last_line) as $fresh | ($kept | last_line) as $kept
| if $form == "tree"
  then ($migration | tree), "", load($migration.status.services // [] | map(.name); $fresh; $kept)
  else ($migration | migration_events), ($fresh | load_events("new connections"; true)), ($kept | load_events("kept connections"; false))
  end
