#!/usr/bin/env bash
# Measures the load generator beside vegeta: the same constant rate to the same server on loopback, in turns. Says what each
# takes the server's latency for, and what it computes; and prints the figures as JSON. Takes a minute, and needs no cluster.
#
#   dev/bench/load.sh               builds what is missing, and measures
#   RATE=1000 RUNS=5 dev/bench/load.sh
#                                   requests per second (500), and runs of each (3), of which the medians are taken
#
# The runner begins to measure when a request was due, and vegeta when it is sent; so the runner's latencies have in them what
# it takes a thread to wake up. Nothing here passes or fails: speed depends on the machine.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$(cd "$bench/../.." && pwd)
. "$PROJECT/dev/lib/say.sh"
. "$bench/runner.sh"

readonly RATE=${RATE:-500} RUNS=${RUNS:-3} WARM_UP=2 SLICE=1 SLICES=8 CONNECTIONS=64
readonly SECONDS_OF_LOAD=$((2 * WARM_UP + SLICE * SLICES))
readonly BIN=$PROJECT/.cache/bin
readonly MEDIAN='def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
    def rounded: . * 100 | round / 100;'
# The time that a command computed, its own and the kernel's for it, in seconds.
TIMEFORMAT='%U %S'
work=$(mktemp -d)
server_pid=

clean_up() {
    local status=$?
    [[ -z $server_pid ]] || kill "$server_pid" 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}

# start_server: on a port of the kernel's choice would be better, but podinfo does not say which that is.
start_server() {
    port=$((20000 + RANDOM % 10000))
    "$BIN/podinfo" --port "$port" --level error >"$work/server.log" 2>&1 &
    server_pid=$!
    wait_until 10 "the server on port $port" server_answers
}

server_answers() { kill -0 "$server_pid" && (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

# computed FILE: what TIMEFORMAT wrote, as one number.
computed() { awk '{print $1 + $2}' "$1"; }

measure_runner() {
    jq -nc --arg url "http://127.0.0.1:$port" \
        --argjson rate "$RATE" --argjson connections "$CONNECTIONS" \
        --argjson warm "$WARM_UP" --argjson slice "$SLICE" --argjson slices "$SLICES" '
        {blue: $url, green: $url, requests: [{path: "/version"}], $rate, $connections, warmUpMillis: ($warm * 1000),
            sliceMillis: ($slice * 1000), durationMillis: ($slice * $slices * 1000), quantiles: [0.5, 0.99]}' >"$work/plan.json"
    { time runner load "$work/plan.json" >"$work/report.json" 2>"$work/runner.log"; } 2>"$work/time" || {
        cat "$work/runner.log" "$work/report.json" >&2
        die "the runner did not measure"
    }
    jq -c --argjson cpu "$(computed "$work/time")" '{p50Micros: .blue.latencyMicros[0], p99Micros: .blue.latencyMicros[1],
        lagP99Micros: .generator.lagMicros[1], saturated: .generator.saturated,
        failed: (.blue.failed + .green.failed), cpuSeconds: $cpu}' "$work/report.json" >>"$work/runner.json"
}

measure_vegeta() {
    { time "$BIN/vegeta" attack -rate "$RATE" -duration "${SECONDS_OF_LOAD}s" -connections "$CONNECTIONS" \
        -output "$work/results" <<<"GET http://127.0.0.1:$port/version"; } 2>"$work/time"
    "$BIN/vegeta" report -type json <"$work/results" | jq -c --argjson cpu "$(computed "$work/time")" '
        {p50Micros: (.latencies["50th"] / 1000 | round), p99Micros: (.latencies["99th"] / 1000 | round),
            failed: (.requests * (1 - .success) | round), cpuSeconds: $cpu}' >>"$work/vegeta.json"
}

figures() {
    jq -n --argjson rate "$RATE" --argjson seconds "$SECONDS_OF_LOAD" \
        --slurpfile runner "$work/runner.json" --slurpfile vegeta "$work/vegeta.json" "$MEDIAN"'
        def medians: . as $runs | reduce ("p50Micros", "p99Micros", "cpuSeconds") as $key ({};
            .[$key] = ($runs | map(.[$key]) | median | rounded)) + {failed: ($runs | map(.failed) | add)};
        ($runner | medians + {lagP99Micros: (map(.lagP99Micros) | median), saturated: any(.saturated)}) as $ours |
        ($vegeta | medians) as $theirs |
        {rate: $rate, seconds: $seconds, runner: $ours, vegeta: $theirs, ratios: {
            p50: ($ours.p50Micros / $theirs.p50Micros | rounded), p99: ($ours.p99Micros / $theirs.p99Micros | rounded),
            cpu: ($ours.cpuSeconds / $theirs.cpuSeconds | rounded)}}'
}

main() {
    local run
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    need jq jq
    "$PROJECT/dev/tools/build.sh" vegeta podinfo >&2
    "$PROJECT/dev/image.sh" runner >&2
    prepare_runner
    start_server
    for ((run = 1; run <= RUNS; run++)); do
        say "$RATE requests/s for ${SECONDS_OF_LOAD}s, by the runner and by vegeta, $run of $RUNS"
        measure_runner
        measure_vegeta
    done
    figures | tee "$work/figures.json"
    jq -r '"the runner by vegeta: p50 \(.ratios.p50), p99 \(.ratios.p99), CPU \(.ratios.cpu)"' "$work/figures.json" >&2
}

main "$@"
