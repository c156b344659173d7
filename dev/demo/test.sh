#!/usr/bin/env bash
# Tests what the demo counts and draws against recorded input, without a cluster.
#
#   dev/demo/test.sh             fails when something is drawn or counted differently
#   dev/demo/test.sh --update    takes what is drawn now as right; look at the difference before you commit it
set -euo pipefail
demo=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$demo/../..
. "$PROJECT/dev/lib/golden.sh" "${1:-}"

cd "$demo/testdata"
readonly NOW=1795396808.5 # 2026-11-23T01:20:08.5Z

# The load is that of the migration, where there is one of its name.
frame() { # MIGRATION FORM COLOUR
    local fresh=${1%.migration}.fresh
    [[ -e $fresh ]] || fresh=load.fresh
    jq -nr -L "$demo" -f "$demo/frame.jq" --arg form "$2" --argjson now "$NOW" --argjson width 90 --argjson colour "$3" \
        --rawfile migration "$1" --rawfile fresh "$fresh" --rawfile kept load.kept
}

golden counts.golden jq -nc -f "$demo/counts.jq" results.json
for migration in *.migration; do
    golden "${migration%.migration}.tree" frame "$migration" tree false
    golden "${migration%.migration}.events" frame "$migration" events false
done
# As it was, and as if two services had gone back at once.
way_back() { jq "$1" five-services-pods-back.migration | jq -r -L "$demo" -f "$demo/way-back.jq" 2>&1 || true; }
golden way-back.golden way_back .
golden way-back-at-once.golden way_back '(.status.steps[] | select(.name == "orders/switch")).undoStartedAt = "2026-11-23T01:19:58.2Z"'
for picture in *.tree; do
    (($(wc -l <"$picture") < 24)) || { echo "$picture is higher than a terminal" >&2 && exit 1; }
done
golden monitoring.colour frame monitoring.migration tree true
golden_verdict "the demo"
