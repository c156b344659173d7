#!/usr/bin/env bash
# Measures what an empty version of a schema costs apart from Kubernetes: the runner beside Flyway's own command line, in turns,
# on the same PostgreSQL, each on a database of its own. Whole processes are measured, from their start to their end: one that
# brings a hundred versions, and one for each version. Prints the seconds as JSON. Takes three minutes, and needs no cluster.
#
#   dev/bench/schema.sh             builds and fetches what is missing, and measures
#   dev/bench/schema.sh --write     writes the figures into docs/benchmarks.md as well, and changes no others there
#   RUNS=3 PROCESSES=5 dev/bench/schema.sh
#                                   runs of a hundred versions (11), and versions with a process of their own (20)
#
# Nothing here passes or fails: speed depends on the machine.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$(cd "$bench/../.." && pwd)
. "$PROJECT/dev/lib/say.sh"
. "$bench/runner.sh"

# As many as an order may have: SchemaOrder.MOST_VERSIONS.
readonly VERSIONS=100 RUNS=${RUNS:-11} PROCESSES=${PROCESSES:-20}
readonly CACHE=$PROJECT/.cache FLYWAY=$PROJECT/dev/tools/flyway USER_NAME=owner PASSWORD=secret
# What the runner's image has mounted.
readonly MOUNTS=/run/godwit
# The seconds that a command took.
TIMEFORMAT=%R
server_pid=

clean_up() {
    local status=$?
    [[ -z $server_pid ]] || { kill -INT "$server_pid" && wait "$server_pid"; } 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}

# property POM NAME
property() { sed -n "s|.*<$2>\(.*\)</$2>.*|\1|p" "$1"; }

# fetch_flyway: its jars, which must be those that checksums names, into .cache/flyway.
fetch_flyway() {
    local target=$CACHE/flyway
    (cd "$target" && sha256sum --check --quiet "$FLYWAY/checksums") >/dev/null 2>&1 && return
    say "fetching Flyway"
    rm -rf "$target"
    "$PROJECT/dev/java.sh" mvn -q -f "$FLYWAY/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$target" >&2
    (cd "$target" && sha256sum --check --quiet "$FLYWAY/checksums") >&2 || die "what was fetched as Flyway is not what $FLYWAY/checksums names"
}

# fetch_server: the PostgreSQL of the runner's tests, into .cache/embedded-postgresql.
fetch_server() {
    local version machine artifact jar=$work/server
    version=$(property "$PROJECT/pom.xml" embedded-postgres-binaries.version)
    server=$CACHE/embedded-postgresql/$version
    [[ ! -e $server/bin/postgres ]] || return 0
    case $(uname -m) in
        x86_64) machine=amd64 ;;
        aarch64) machine=arm64v8 ;;
        *) die "there is no PostgreSQL of the runner's tests for $(uname -m)" ;;
    esac
    artifact=embedded-postgres-binaries-linux-$machine
    say "fetching PostgreSQL $version"
    need xz xz-utils
    "$PROJECT/dev/java.sh" mvn -q -f "$FLYWAY/pom.xml" dependency:copy "-DoutputDirectory=$jar" \
        "-Dartifact=io.zonky.test.postgres:$artifact:$version" >&2
    (cd "$jar" && "$("$PROJECT/dev/java.sh")/bin/jar" --extract --file "$artifact-$version.jar")
    mkdir -p "$work/unpacked" "$(dirname "$server")"
    tar -xJf "$jar"/postgres-*.txz -C "$work/unpacked"
    rm -rf "$server"
    mv "$work/unpacked" "$server"
}

# databases: their names, one for each run of each.
databases() {
    local run
    for ((run = 0; run <= RUNS; run++)); do printf '%s\n' "runner_$run" "flyway_$run"; done
}

# start_server: with the settings that PostgreSQL has by itself, and so with a disk that is waited for. It does not run as root;
# in a namespace of its own what belongs to this user belongs to nobody, as whom it runs there.
start_server() {
    local name
    port=$((20000 + RANDOM % 10000))
    unshare --user "$server/bin/initdb" --pgdata "$work/data" --username postgres --auth scram-sha-256 --pwfile <(echo "$PASSWORD") \
        --locale C --encoding UTF8 >"$work/server.log" 2>&1
    {
        printf "create role %s login password '%s';\n\n" "$USER_NAME" "$PASSWORD"
        for name in $(databases); do printf 'create database %s owner %s;\n\n' "$name" "$USER_NAME"; done
    } | unshare --user "$server/bin/postgres" --single -j -D "$work/data" -c exit_on_error=on postgres >>"$work/server.log" 2>&1
    unshare --user "$server/bin/postgres" -D "$work/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
        >>"$work/server.log" 2>&1 &
    server_pid=$!
    wait_until 30 "the server on port $port" grep 'ready to accept connections' "$work/server.log"
}

# versions: the same text for both, and the runner's catalogue of them.
versions() {
    local number
    mkdir -p "$work/flyway" "$MOUNTS/schema"
    for ((number = 1; number <= VERSIONS; number++)); do
        echo 'select 1;' | tee "$work/flyway/V${number}__empty.sql" >"$MOUNTS/schema/$number.up.sql"
    done
    jq -n --arg checksum "$(sha256sum "$MOUNTS/schema/1.up.sql" | cut -d' ' -f1)" --argjson versions "$VERSIONS" '
        [range(1; $versions + 1) | {version: tostring, description: "empty", checksums: {UP: $checksum}, flywayChecksum: 0,
            transactional: true}]' >"$MOUNTS/schema/versions.json"
}

# order RUN FIRST LAST: what the runner is told to do.
order() {
    jq -nc --arg run "$1" --argjson first "$2" --argjson last "$3" \
        --arg sqlHash "$(sha256sum "$MOUNTS/schema/versions.json" | cut -d' ' -f1)" '
        {action: "UP", $run, by: "bench", $sqlHash, back: false, schema: "public",
            versions: [range($first; $last + 1) | tostring], connectTimeoutMillis: 5000, lockTimeoutMillis: 1000,
            patienceMillis: 20000, statementTimeoutMillis: 60000, idleTimeoutMillis: 60000}'
}

# seconds FILE COMMAND…: adds to FILE how long it takes; what it says goes to $work/said.
seconds() {
    local file=$1
    shift
    { time "$@" >"$work/said" 2>&1; } 2>>"$work/$file" || {
        cat "$work/said" >&2
        die "it did not bring the versions: $*"
    }
}

# by_runner FILE DATABASE FIRST LAST: brings these versions.
by_runner() {
    local secret=$MOUNTS/database
    echo "$2" >"$secret/dbname"
    GODWIT_SCHEMA=$(order "bench-$2-$3" "$3" "$4")
    export GODWIT_SCHEMA
    seconds "$1" runner schema
    tail -n 1 "$work/said" | jq -e --argjson moved "$(($4 - $3 + 1))" '.versions | map(select(.[0] | not)) | length == $moved' \
        >/dev/null || die "the runner did not bring versions $3 to $4: $(<"$work/said")"
}

# by_flyway FILE DATABASE FIRST LAST: the same. Its script starts its Java with no other options than these.
by_flyway() {
    seconds "$1" "$java" -cp "$CACHE/flyway/*" org.flywaydb.commandline.Main "-url=jdbc:postgresql://127.0.0.1:$port/$2" \
        "-user=$USER_NAME" "-password=$PASSWORD" "-locations=filesystem:$work/flyway" "-target=$4" -skipCheckForUpdate migrate
    grep --quiet "Successfully applied $(($4 - $3 + 1)) migration" "$work/said" ||
        die "Flyway did not bring versions $3 to $4: $(<"$work/said")"
}

measure() {
    local run number
    for ((run = 1; run <= RUNS; run++)); do
        say "$VERSIONS versions by one process of the runner and by one of Flyway, $run of $RUNS"
        by_runner together-runner "runner_$run" 1 "$VERSIONS"
        by_flyway together-flyway "flyway_$run" 1 "$VERSIONS"
    done
    say "$PROCESSES versions, each by a process of its own"
    for ((number = 1; number <= PROCESSES; number++)); do
        by_runner alone-runner runner_0 "$number" "$number"
        by_flyway alone-flyway flyway_0 "$number" "$number"
    done
}

figures_of_schema() {
    jq -n --argjson versions "$VERSIONS" --argjson runs "$RUNS" --argjson processes "$PROCESSES" \
        --arg flyway "$(property "$FLYWAY/pom.xml" flyway.version)" --arg postgresql "$(basename "$server")" \
        --slurpfile togetherRunner "$work/together-runner" --slurpfile togetherFlyway "$work/together-flyway" \
        --slurpfile aloneRunner "$work/alone-runner" --slurpfile aloneFlyway "$work/alone-flyway" '
        {$versions, $runs, $processes, $flyway, $postgresql,
            together: {runner: $togetherRunner, flyway: $togetherFlyway}, alone: {runner: $aloneRunner, flyway: $aloneFlyway}}'
}

# apart ARGUMENT…: this script again, where what is mounted is seen by nobody else.
apart() {
    local -a options=(--mount)
    (($(id -u) == 0)) || options+=(--user --map-root-user)
    export GODWIT_BENCH_APART=true
    exec unshare "${options[@]}" "$0" "$@"
}

main() {
    [[ $# == 0 || $* == --write ]] || die "usage: dev/bench/schema.sh [--write]"
    if [[ -z ${GODWIT_BENCH_APART:-} ]]; then
        need jq jq
        "$PROJECT/dev/image.sh" runner >&2
        apart "$@"
    fi
    # shellcheck disable=SC2034  # for report.sh
    read -r load_before _ </proc/loadavg
    work=$(mktemp -d)
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    . "$bench/report.sh"
    java=$("$PROJECT/dev/java.sh")/bin/java
    fetch_flyway
    fetch_server
    prepare_runner
    mount -t tmpfs tmpfs /run
    mkdir -p "$MOUNTS/database"
    start_server
    versions
    printf %s 127.0.0.1 >"$MOUNTS/database/host"
    printf %s "$port" >"$MOUNTS/database/port"
    printf %s "$USER_NAME" >"$MOUNTS/database/username"
    printf %s "$PASSWORD" >"$MOUNTS/database/password"
    measure
    figures_of_schema | tee "$work/schema"
    [[ $# == 0 ]] || write_schema_figures
}

main "$@"
