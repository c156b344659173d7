#!/usr/bin/env bash
# Tests how the benchmark counts an audit log, against a recorded one, without a cluster.
#
#   dev/bench/test.sh [--update]    see dev/demo/test.sh
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$bench/../..
. "$PROJECT/dev/lib/golden.sh" "${1:-}"

cd "$bench/testdata"

count() { # FROM TO
    jq -n -f "$bench/audit.jq" --arg user system:serviceaccount:godwit-system:godwit \
        --arg from "2026-11-23T01:20:$1.000000Z" --arg to "2026-11-23T01:20:$2.000000Z" audit.log
}

golden all.golden count 00 59
golden first-seconds.golden count 00 03
golden none.golden count 58 59
golden_verdict "the benchmark"
