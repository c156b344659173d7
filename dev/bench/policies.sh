#!/usr/bin/env bash
# Measures what it costs the operator to measure for many migrations at a time: 200 policies of 4 metrics, every 5 seconds. Its own
# part that asks runs in a JVM with the options of the image, against a server on loopback that answers as Prometheus does, in
# a process of its own. Prints the figures as JSON. Takes a minute and a half, and needs no cluster.
#
#   dev/bench/policies.sh
#   MIGRATIONS=400 SECONDS_OF_IT=30 dev/bench/policies.sh
#
# Nothing here passes or fails: speed depends on the machine.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$(cd "$bench/../.." && pwd)
. "$PROJECT/dev/lib/say.sh"

readonly MIGRATIONS=${MIGRATIONS:-200} SECONDS_OF_IT=${SECONDS_OF_IT:-60}
readonly PROGRAM=dev.godwit.operator.image.PoliciesUnderWay
work=$(mktemp -d)
server_pid=

clean_up() {
    local status=$?
    [[ -z $server_pid ]] || kill "$server_pid" 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}

main() {
    local java classes
    local -a options
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    java=$("$PROJECT/dev/java.sh")/bin/java
    "$PROJECT/dev/image.sh" operator >&2
    classes=$PROJECT/operator/target/classes:$PROJECT/operator/target/test-classes:$(<"$PROJECT/operator/target/test.classpath")
    # Those of the image but for its cache, which has other class paths, and its limit of memory, which ends nothing here.
    mapfile -t options < <(grep '^-' "$PROJECT/operator/src/image/java.options" | grep -v AOTCache)
    "$java" -cp "$classes" "$PROGRAM" answer >"$work/port" 2>"$work/server.log" &
    server_pid=$!
    wait_until 30 "the server" test -s "$work/port"
    say "$MIGRATIONS policies of 4 metrics, every 5 s, for ${SECONDS_OF_IT} s"
    "$java" "${options[@]}" -cp "$classes" "$PROGRAM" "$(<"$work/port")" "$MIGRATIONS" "$SECONDS_OF_IT"
}

main
