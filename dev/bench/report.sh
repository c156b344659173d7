# shellcheck shell=bash
# Writes down what was measured. To be sourced by run.sh and schema.sh.
: "${bench:?}" "${work:?}" "${PROJECT:?}" "${load_before:?}"

readonly PAGE=$PROJECT/docs/benchmarks.md
readonly SCHEMA_FROM="figures of versions, written by make bench" SCHEMA_TO="end of figures of versions"

# Of numbers, and rounded to two decimals.
readonly MEDIAN='def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
    def mean: add / length;
    def error: mean as $mean | if length < 2 then 0 else (map(. - $mean | . * .) | add / (length - 1) / length | sqrt) end;
    def rounded: . * 100 | round / 100;'
readonly SPREAD='def spread: "\(median | rounded) s (\(min | rounded)–\(max | rounded) s)";'

# spread FILE: median, least and most of the numbers in it, as "1.5 s (1.4–1.7 s)".
spread() { jq -sr "$MEDIAN$SPREAD spread" "$work/$1"; }

# ratio FILE FILE: the first one's median, divided by the second one's.
ratio() { jq -nr --slurpfile a "$work/$1" --slurpfile b "$work/$2" "$MEDIAN"'($a | median) / ($b | median) | rounded'; }

# mean FILE: of the numbers in it, with its standard error, as "1.5 ± 0.04 s".
mean() { jq -sr "$MEDIAN"'"\(mean | rounded) ± \(error | rounded) s"' "$work/$1"; }

# ratio_of_means FILE FILE: the first one's mean, divided by the second one's.
ratio_of_means() { jq -nr --slurpfile a "$work/$1" --slurpfile b "$work/$2" "$MEDIAN"'($a | mean) / ($b | mean) | rounded'; }

# kinds FILE PATH: "1 create deployments, 2 patch services" of an object of counts.
kinds() { jq -r "$2 | to_entries | map(\"\(.value) \(.key)\") | join(\", \") | if . == \"\" then \"none\" else . end" "$work/$1"; }

# writes FILE: the writes of one span, or the least and most of several.
writes() {
    jq -sr 'def range: if first == last then "\(first)" else "\(first)–\(last)" end;
        "\(map(.writes.total) | sort | range), events among them: \(map(.writes.events) | sort | range)"' "$work/$1"
}

# a_service FILE [PATH]: a number, divided among the services.
a_service() { jq -r --argjson services "$SERVICES" "(${2:-.}) / \$services | . * 10 | round / 10" "$work/$1"; }

idle_writes() { jq -r '.writes.total' "$work/$1"; }

# machine PROGRAM…: what it is, and the versions of what runs on it.
machine() {
    local memory
    memory=$(awk '/^MemTotal:/ {printf "%.0f", $2 / 1048576}' /proc/meminfo)
    printf '%s cores (%s), %s GiB of memory, Linux %s' \
        "$(nproc)" "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | sed -n 1p)" "$memory" "$(uname -r | sed "s/-.*//")"
    printf ', %s' "$@"
}

kubernetes() { printf 'Kubernetes %s' "$(kubectl version -o json | jq -r .serverVersion.gitVersion)"; }

jdk() { printf 'JDK %s' "$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$("$PROJECT/dev/java.sh")/release")"; }

# measured_on PROGRAM…: when, and on what.
measured_on() {
    cat <<END
Measured on $(date --utc +%Y-%m-%d): $(machine "$@"). The load average was $load_before before and
$(cut -d' ' -f3 /proc/loadavg) over the last quarter of an hour, the benchmark's own work included: the nearer to 0, the more the figures say.
END
}

# mean_row WHAT FILE: Godwit's, Argo Rollouts', and the one by the other.
mean_row() { echo "| $1 | $(mean "$2") | $(mean "argo-$2") | $(ratio_of_means "$2" "argo-$2") |"; }

figures() {
    cat <<END
$(measured_on "$(kubernetes)" "$(jdk)")

| what | figure |
|---|---|
| from \`kubectl apply\` to all traffic on green, median of $RUNS (least–most) | $(spread switch) |
| the same pods as a plain new Deployment, from \`kubectl apply\` to all of them in its Service | $(spread plain) |
| from a tripped guard to all traffic on blue | $(spread trip-to-blue) |
| from the first failing answer to all traffic on blue (probe every second, three failures) | $(spread ill-to-blue) |
| API writes up to the switch | $(writes until-switch) |
| API writes of a whole migration, clean-up included | $(writes whole) |
| API reads up to the switch | $(jq -s 'map(.reads.total) | "\(min)–\(max)"' -r "$work/until-switch") |
| API reads of a whole migration | $(jq .reads.total "$work/whole") |
| API writes in $IDLE s while a migration waits in \`monitor\` | $(idle_writes idle-waiting) |
| API writes in $IDLE s without any migration | $(idle_writes idle-none) |
| API writes in $IDLE s with $MANY migrations that wait | $(idle_writes idle-many) |
| rolling, $SERVICES services of two pods: from the start up to the last one on green, without the clean-up, a service | $(a_service rolling-forward-seconds) s |
| from a tripped guard of the last one to all $SERVICES on blue, one after the other | $(<"$work/rolling-back-seconds") s |
| until nothing is left of it | $(<"$work/rolling-over-seconds") s |
| API writes a service, forward up to the last one on green | $(a_service rolling-forward .writes.total), events among them: $(a_service rolling-forward .writes.events) |
| API reads a service, forward up to the last one on green | $(a_service rolling-forward .reads.total) |
| API writes a service, back | $(a_service rolling-back .writes.total), events among them: $(a_service rolling-back .writes.events) |
| size of the status with $SERVICES services | $(($(<"$work/rolling-status-bytes") / 1024)) KiB |
| resident memory, $SERVICES services under way | $(<"$work/memory-rolling") MB |
| resident memory, idle | $(<"$work/memory-idle") MB |
| resident memory, $MANY migrations | $(<"$work/memory-many") MB |
| from the start of the process to ready, median of $RESTARTS | $(spread ready) |
| from the start of the process to the first reconcile | $(spread first-reconcile) |
| from the deletion of the leader's pod to another leader, of two replicas, median of $RESTARTS | $(spread handover) |

Side by side with Argo Rollouts $(argo_module Version), both in the same cluster and in turns, $RUNS times each:

| | Godwit | Argo Rollouts | Godwit's by theirs |
|---|---|---|---|
$(mean_row "from \`kubectl apply\` to all traffic on the new pods, on average (± standard error)" switch)
| the same, median (least–most) | $(spread switch) | $(spread argo-switch) | $(ratio switch argo-switch) |
$(mean_row "of that, all but the start of the pods: \`kubectl\`, and the controller" switch-without-pods)
$(mean_row "from when the API server has the change, on average" switch-since-change)
| the same, median (least–most) | $(spread switch-since-change) | $(spread argo-switch-since-change) | $(ratio switch-since-change argo-switch-since-change) |
$(mean_row "of that, the controller's own: until the first new pod is created, and from when all are ready" switch-own)
| API writes up to the switch | $(writes until-switch) | $(writes argo-until-switch) | |
| resident memory, after these runs | $(<"$work/memory-after-switches") MB | $(<"$work/argo-memory-after-switches") MB | |
| the same after $IDLE s of rest | $(<"$work/memory-rested") MB | $(<"$work/argo-memory-rested") MB | |

Parts of it, without a cluster:

| what | figure |
|---|---|
| the load generator's p50 and p99 at $(jq .rate "$work/generator") requests/s, by those of vegeta | $(jq -r '"\(.ratios.p50) and \(.ratios.p99)"' "$work/generator") |
| its own lag at p99, and its CPU by vegeta's | $(jq -r '"\(.runner.lagP99Micros) µs, \(.ratios.cpu)"' "$work/generator") |
| CPU of the operator's part that measures, with $(jq -r '"\(.migrations) policies of \(.metrics) metrics every \(.intervalSeconds) s"' "$work/policies") | $(jq -r '"\(.cores) cores, for \(.measuredPerSecond) measurements a second"' "$work/policies") |

- Writes up to the switch, in the last run: $(kinds last-until-switch .writes.byKind).
- Argo Rollouts' writes up to the switch, in the last run: $(kinds last-argo-until-switch .writes.byKind).
- Writes in all: $(kinds whole .writes.byKind).
- Reads in all: $(kinds whole .reads.byKind).
- Events, in order: $(jq -r 'join(", ")' "$work/events").
- Apart from these, in the whole migration: $(jq .leases "$work/whole") requests about the Lease of the leader election, and
  $(jq .reviews "$work/whole") questions about its own rights.
END
}

write_figures() {
    tail -n 1 "$work/until-switch" >"$work/last-until-switch"
    tail -n 1 "$work/argo-until-switch" >"$work/last-argo-until-switch"
    figures >"$work/figures"
    schema_figures >"$work/schema-figures"
    cat "$work/figures" "$work/schema-figures"
    if ((RUNS < 21 || IDLE < 60)); then
        say "a quick look only: $PAGE stays as it is"
        return
    fi
    put_into_page "figures, written by make bench" "end of figures" "$work/figures"
    put_into_page "$SCHEMA_FROM" "$SCHEMA_TO" "$work/schema-figures"
}

# put_into_page FROM TO FILE [PAGE]: between the comments that say FROM and TO.
put_into_page() {
    local page=${4:-$PAGE}
    awk -v from="<!-- $1 -->" -v to="<!-- $2 -->" -v figures="$3" '
        $0 == to {inside = 0}
        !inside {print}
        $0 == from {inside = 1; while ((getline line < figures) > 0) print line}' \
        "$page" >"$work/page"
    cp "$work/page" "$page"
    say "written to $page"
}

# --- versions of a schema

# schema_row WHAT KEY VERSIONS: the seconds of both for so many versions, and the first one's median by the other's; then, where there are
# several, the same for one of them, in milliseconds.
schema_row() {
    jq -r --arg what "$1" --arg key "$2" --argjson versions "$3" "$MEDIAN$SPREAD"'
        def each: "\(median / $versions * 1000 | rounded) ms";
        .[$key] | "| \($what) | \(.runner | spread) | \(.flyway | spread) | \((.runner | median) / (.flyway | median) | rounded) |",
            if $versions > 1 then "| that is, a version | \(.runner | each) | \(.flyway | each) | |" else empty end' "$work/schema"
}

schema_table() {
    local versions runs processes
    read -r versions runs processes < <(jq -r '"\(.versions) \(.runs) \(.processes)"' "$work/schema")
    cat <<END
| median (least–most) | the runner | Flyway $(jq -r .flyway "$work/schema") | the runner's by Flyway's |
|---|---|---|---|
$(schema_row "$versions empty versions by one process, from its start to its end, $runs times each" together "$versions")
$(schema_row "one empty version by a process of its own, $processes of them, a version" alone 1)
END
}

schema_figures() {
    echo "Versions of a schema, by the runner and by Flyway, in turns and without a cluster."
    measured_on "PostgreSQL $(jq -r .postgresql "$work/schema")" "$(jdk)"
    echo
    schema_table
}

# write_schema_figures: into the page, where these alone were measured.
write_schema_figures() {
    schema_figures >"$work/schema-figures"
    cat "$work/schema-figures" >&2
    if ((RUNS < 11 || PROCESSES < 20)); then
        say "a quick look only: $PAGE stays as it is"
        return
    fi
    put_into_page "$SCHEMA_FROM" "$SCHEMA_TO" "$work/schema-figures"
}
