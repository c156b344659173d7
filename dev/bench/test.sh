#!/usr/bin/env bash
# Tests, against recorded texts and without a cluster, how the benchmark counts and searches an audit log, finds the moment of a
# switch, sums up seconds, draws the table of schema versions and puts it into a page, and makes a Rollout of the demo's Deployment.
#
#   dev/bench/test.sh [--update]    see dev/demo/test.sh
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$bench/../..
. "$PROJECT/dev/lib/golden.sh" "${1:-}"

# What these want to be told by run.sh.
# shellcheck disable=SC2034
work=$bench/testdata CACHE=none NAMESPACE=none load_before=0
. "$bench/measure.sh"
. "$bench/argo.sh"
. "$bench/report.sh"

cd "$bench/testdata"

count() { # FROM TO
    jq -n -f "$bench/audit.jq" --arg user system:serviceaccount:godwit-system:godwit \
        --arg from "2026-11-23T01:20:$1.000000Z" --arg to "2026-11-23T01:20:$2.000000Z" audit.log
}

requested() { # FROM TO VERB RESOURCE [NAMES]
    jq -nr -f "$bench/request.jq" --arg namespace godwit-bench --arg from "2026-11-23T01:20:$1.000000Z" \
        --arg to "2026-11-23T01:20:$2.000000Z" --arg verb "$3" --arg resource "$4" --arg names "${5:-}" audit.log |
        paste --serial --delimiters ' '
}

requests_found() {
    echo "all but one that was refused: $(requested 00 59 patch migrations/status)"
    echo "later: $(requested 01 59 patch migrations/status)"
    echo "earlier: $(requested 00 01 patch migrations/status)"
    echo "by name: $(requested 00 59 patch migrations/status '^m$')"
    echo "by another name: $(requested 00 59 patch migrations/status '^n$')"
    echo "not of a subresource: $(requested 00 59 patch migrations)"
    echo "once: $(requested 00 59 create deployments)"
}

# A switch counts when it is whole: not while there are both, nor fewer than three, nor before the time asked about.
moments() {
    echo "green, of all: $(serves_at podinfo green 0)"
    echo "green, later: $(serves_at podinfo green 102.1)"
    echo "blue, of all: $(serves_at podinfo blue 0)"
    echo "blue, again: $(serves_at podinfo blue 101)"
    echo "all but one version: $(serves_at podinfo '^podinfo-(?!5d9-)' 0)"
    echo "never: $(serves_at podinfo blue 104)"
}

sums() {
    echo "odd: $(spread seconds-odd)"
    echo "even: $(spread seconds-even)"
    echo "ratio: $(ratio seconds-odd seconds-even)"
    echo "mean: $(mean seconds-odd)"
    echo "ratio of means: $(ratio_of_means seconds-odd seconds-even)"
    echo "apart from a part: $(apart_from 2 3.5 1 5)"
}

# page_with_table: the page is one of this test's own, and stays as it is.
page_with_table() (
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cp schema "$work"
    schema_table >"$work/table"
    printf '%s\n' before '<!-- from -->' old '<!-- to -->' after '<!-- from another -->' kept >"$work/written"
    put_into_page from to "$work/table" "$work/written" 2>/dev/null
    cat "$work/written"
)

golden all.golden count 00 59
golden first-seconds.golden count 00 03
golden none.golden count 58 59
golden requests.golden requests_found
golden moments.golden moments
golden sums.golden sums
golden schema.golden page_with_table
golden rollout.golden rollout 2.0.0
golden argo-service.golden argo_service argo-preview
golden_verdict "the benchmark"
