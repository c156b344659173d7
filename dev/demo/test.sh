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

frame() { # MIGRATION FORM COLOUR
    jq -nr -f "$demo/frame.jq" --arg form "$2" --argjson now "$NOW" --argjson width 90 --argjson colour "$3" \
        --rawfile migration "$1" --rawfile fresh load.fresh --rawfile kept load.kept
}

golden counts.golden jq -nc -f "$demo/counts.jq" results.json
for migration in *.migration; do
    golden "${migration%.migration}.tree" frame "$migration" tree false
    golden "${migration%.migration}.events" frame "$migration" events false
done
golden monitoring.colour frame monitoring.migration tree true
golden_verdict "the demo"
