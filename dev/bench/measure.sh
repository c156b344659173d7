# shellcheck shell=bash
# What the benchmark measures. Each function leaves its figures in files of $work, a value a line or a JSON object.
# To be sourced by run.sh.
# shellcheck disable=SC2034
: "${bench:?}" "${work:?}" "${CACHE:?}" "${PROJECT:?}"

# kubectl_here ARGUMENT…: in the benchmark's namespace.
kubectl_here() { kubectl --namespace "$NAMESPACE" "$@"; }

# audit_time [SECONDS]: now, or a time in seconds since 1970, as the audit log writes it.
audit_time() { date --utc --date "@${1:-$EPOCHREALTIME}" +%Y-%m-%dT%H:%M:%S.%6NZ; }

# requests FROM TO [USER]: what the operator, or another user, asked of the API server in between.
requests() {
    local user=${3:-$OPERATOR_USER}
    # grep first: it skips what others did much faster than jq.
    cat "$CLUSTER_LOGS"/audit*.log | grep --fixed-strings "\"$user\"" |
        jq -nc -f "$bench/audit.jq" --arg user "$user" --arg from "$1" --arg to "$2"
}

# requested_at FROM TO VERB RESOURCE [NAMES]: when the API server got the requests of that kind, of the benchmark's namespace, that
# it did not refuse: a line each, in seconds since 1970, as FROM and TO are.
requested_at() {
    cat "$CLUSTER_LOGS"/audit*.log | grep --fixed-strings "\"$NAMESPACE\"" |
        jq -nr -f "$bench/request.jq" --arg namespace "$NAMESPACE" --arg from "$(audit_time "$1")" --arg to "$(audit_time "$2")" \
            --arg verb "$3" --arg resource "$4" --arg names "${5:-}" | date --utc --file - +%s.%6N | grep .
}

# difference FROM TO: in seconds.
difference() { awk -v from="$1" -v to="$2" 'BEGIN {printf "%.3f\n", to - from}'; }

# watch_quietly FILE: lets the time pass, and counts into FILE what the operator asked meanwhile.
watch_quietly() {
    local from
    from=$(audit_time)
    sleep "$IDLE" # the measured span itself
    requests "$from" "$(audit_time)" >"$work/$1"
}

# --- the operator's process

# pod_of NAMESPACE NAME JSONPATH: of the running pod of the application of that name.
pod_of() {
    kubectl get pods --namespace "$1" --selector "app.kubernetes.io/name=$2" \
        --field-selector status.phase=Running -o "jsonpath={.items[0]$3}"
}

operator_pod() { pod_of "$OPERATOR_NAMESPACE" "$OPERATOR" "$1"; } # JSONPATH

# process_of NAMESPACE NAME: its PID within the node.
process_of() {
    local container
    container=$(pod_of "$1" "$2" '.status.containerStatuses[0].containerID')
    [[ $container == containerd://* ]] || return 1
    in_node ctr --namespace k8s.io tasks list | awk -v id="${container#*://}" '$1 == id {print $2}' | grep .
}

operator_process() { process_of "$OPERATOR_NAMESPACE" "$OPERATOR"; }

# resident_megabytes [NAMESPACE NAME]: of the operator, or of another application's one process.
resident_megabytes() {
    in_node cat "/proc/$(process_of "${1:-$OPERATOR_NAMESPACE}" "${2:-$OPERATOR}")/status" |
        awk '/^VmRSS:/ {printf "%.0f\n", $2 / 1024}'
}

# operator_started_at: seconds since 1970, to a hundredth.
operator_started_at() {
    local ticks
    ticks=$(in_node cat "/proc/$(operator_process)/stat" | sed 's/.*) //' | cut -d' ' -f20)
    awk -v ticks="$ticks" -v hertz="$(getconf CLK_TCK)" -v now="$EPOCHREALTIME" \
        '{printf "%.2f\n", now - $1 + ticks / hertz}' /proc/uptime
}

operator_is_ready() {
    kubectl rollout status "deployment/$OPERATOR" --namespace "$OPERATOR_NAMESPACE" --timeout=60s >/dev/null
}

operator_is_gone() {
    [[ -z $(kubectl get pods --namespace "$OPERATOR_NAMESPACE" --selector app.kubernetes.io/name=godwit -o name) ]]
}

operator_has_address() { [[ $(operator_pod .status.podIP) == *.* ]]; }

# ready_at: asks /readyz from inside the cluster until it says yes, and prints when that was.
ready_at() {
    local address
    wait_until 30 "the operator's address" operator_has_address
    address=$(operator_pod .status.podIP)
    # shellcheck disable=SC2016  # expanded by the inner shell
    "$PROJECT/dev/cluster/exec.sh" timeout 60 bash -c '
        until curl --silent --fail --max-time 1 --output /dev/null "http://$0:8080/readyz"; do sleep 0.02; done
        echo "$EPOCHREALTIME"' "$address"
}

measure_starts() {
    local run from ready started
    migration waiting 1h | sed 's/name: podinfo}/name: there-is-none}/' | kubectl_here apply -f - >/dev/null
    for ((run = 1; run <= RESTARTS; run++)); do
        say "start $run of $RESTARTS"
        kubectl scale "deployment/$OPERATOR" --namespace "$OPERATOR_NAMESPACE" --replicas=0 >/dev/null
        wait_until 60 "the operator to stop" operator_is_gone
        # A change that the next one finds when it starts, and has to write about.
        kubectl_here patch migration waiting --type merge -p "{\"spec\": {\"to\": \"2.0.$run\"}}" >/dev/null
        from=$(audit_time)
        kubectl scale "deployment/$OPERATOR" --namespace "$OPERATOR_NAMESPACE" --replicas=1 >/dev/null
        ready=$(ready_at)
        started=$(operator_started_at)
        operator_is_ready
        difference "$started" "$ready" >>"$work/ready"
        wait_until 30 "the first reconcile" first_status_since "$from"
        difference "$started" "$(first_status_since "$from")" >>"$work/first-reconcile"
    done
    kubectl_here delete migration waiting --timeout=60s >/dev/null
}

# first_status_since TIME: when the operator first wrote about a Migration, in seconds since 1970.
first_status_since() {
    jq -r --arg user "$OPERATOR_USER" --arg from "$1" '
        select(.user.username == $user and .requestReceivedTimestamp >= $from
            and .objectRef.resource == "migrations" and .objectRef.subresource == "status") | .requestReceivedTimestamp' \
        "$CLUSTER_LOGS/audit.log" | sort | sed -n 1p | xargs --no-run-if-empty -I{} date --date {} +%s.%6N | grep .
}

lease() { kubectl get lease "$OPERATOR" --namespace "$OPERATOR_NAMESPACE" -o "jsonpath={$1}"; } # JSONPATH

# another_leads HOLDER: than that one.
another_leads() {
    local holder
    holder=$(lease .spec.holderIdentity)
    [[ $holder && $holder != "$1" ]]
}

operator_is_alone() {
    (($(kubectl get pods --namespace "$OPERATOR_NAMESPACE" --selector app.kubernetes.io/name=godwit -o name | wc -l) == 1))
}

# The pod of the leader is deleted, so that it gets SIGTERM, and the Lease says when the other one has taken over.
measure_handovers() {
    local run leader asked
    kubectl scale "deployment/$OPERATOR" --namespace "$OPERATOR_NAMESPACE" --replicas=2 >/dev/null
    for ((run = 1; run <= RESTARTS; run++)); do
        say "handover $run of $RESTARTS"
        operator_is_ready
        leader=$(lease .spec.holderIdentity)
        asked=$EPOCHREALTIME
        kubectl delete pod "${leader%%_*}" --namespace "$OPERATOR_NAMESPACE" --wait=false >/dev/null
        wait_until 60 "another leader" another_leads "$leader"
        difference "$asked" "$(date --date "$(lease .spec.acquireTime)" +%s.%6N)" >>"$work/handover"
    done
    kubectl scale "deployment/$OPERATOR" --namespace "$OPERATOR_NAMESPACE" --replicas=1 >/dev/null
    wait_until 60 "the other operator to stop" operator_is_alone
}

measure_idle() {
    say "${IDLE}s with no migration"
    watch_quietly idle-none
    resident_megabytes >"$work/memory-idle"
}

# --- migrations

# migration NAME MONITOR
migration() { sed -e "s/@NAME@/$1/" -e "s/@MONITOR@/$2/" "$bench/migration.yaml"; }

start_application() {
    kubectl_here apply -f "$PROJECT/dev/demo/application.yaml" >/dev/null
    kubectl_here rollout status deployment/podinfo --timeout=120s >/dev/null
    wait_until 30 "blue to have the traffic" serves_at podinfo blue 0
}

# watch_endpoints: a line in $work/slices for every change of the endpoints of a Service.
watch_endpoints() {
    kubectl get endpointslices --namespace "$NAMESPACE" --watch --output json \
        > >(jq -c --unbuffered '{at: now, service: .metadata.labels["kubernetes.io/service-name"],
            pods: [.endpoints[]? | select(.conditions.ready) | .targetRef.name]}' >>"$work/slices") &
    watch_pid=$! # for clean_up
}

# serves_at SERVICE PODS SINCE: when its endpoints were those pods alone, for the first time since then. PODS are blue, green,
# or a pattern of names.
serves_at() {
    local pods=$2
    case $pods in
        blue) pods='^podinfo-(?!green-)' ;;
        green) pods='^podinfo-green-' ;;
    esac
    jq -sr -f "$bench/serves.jq" --arg service "$1" --arg pods "$pods" --argjson since "$3" "$work/slices" | grep .
}

# any_moment: lets a part of a second pass, another one each time. The kubelet looks at its containers once a second: what begins
# whenever the step before has ended begins at the same moment of that second each time, and is always lucky or never.
any_moment() { sleep "0.$(printf '%03d' $((RANDOM % 1000)))"; }

# measure_plain: what the machine needs to bring up three such pods, without any operator.
measure_plain() {
    local applied
    sed 's/podinfo\b/plain/; s|localhost/plain|localhost/podinfo|' "$PROJECT/dev/demo/application.yaml" >"$work/plain.yaml"
    any_moment
    applied=$EPOCHREALTIME
    kubectl_here apply -f "$work/plain.yaml" >/dev/null
    wait_until 60 "a plain Deployment to serve" serves_at plain ^plain- "$applied"
    difference "$applied" "$(serves_at plain ^plain- "$applied")" >>"$work/plain"
    kubectl_here delete -f "$work/plain.yaml" --timeout=60s >/dev/null
    kubectl_here wait pods --selector app=plain --for=delete --timeout=60s >/dev/null
}

is_over() { [[ $(kubectl_here get migration "$1" -o 'jsonpath={.status.completionTime}') ]]; }

# switch_to_green NAME MONITOR: sets applied and switched, in seconds since 1970.
switch_to_green() {
    migration "$1" "$2" >"$work/migration.yaml"
    any_moment
    applied=$EPOCHREALTIME
    kubectl_here apply -f "$work/migration.yaml" >/dev/null
    wait_until 60 "traffic on green" serves_at podinfo green "$applied"
    switched=$(serves_at podinfo green "$applied")
}

# record_release FILES VERB RESOURCE PODS: the seconds between applied and switched; those since the API server got the change,
# which is that request; those of them that are the controller's own: until the first of the new pods is created, and from when
# the node says of the last one that it is ready; and these with kubectl's before them, which is all but the start of the pods.
record_release() {
    local changed created ready
    changed=$(requested_at "$applied" "$switched" "$2" "$3" | sed -n 1p)
    created=$(requested_at "$changed" "$switched" create pods | sed -n 1p)
    ready=$(requested_at "$changed" "$switched" patch pods/status "$4" | sed -n '$p')
    difference "$applied" "$switched" >>"$work/$1"
    difference "$changed" "$switched" >>"$work/$1-since-change"
    apart_from "$created" "$ready" "$changed" "$switched" >>"$work/$1-own"
    apart_from "$created" "$ready" "$applied" "$switched" >>"$work/$1-without-pods"
}

# apart_from PART-FROM PART-TO FROM TO: in seconds, without the part.
apart_from() { difference "$(difference "$1" "$2")" "$(difference "$3" "$4")"; }

make_green_ill() {
    local pod
    for pod in $(kubectl_here get pods --selector app=podinfo-green -o 'jsonpath={.items[*].metadata.name}'); do
        kubectl create --raw "/api/v1/namespaces/$NAMESPACE/pods/$pod:9898/proxy/readyz/disable" -f /dev/null
    done
}

# measure_switches: each release by a new Rollout, as each migration is by a new Migration; in any order, since each leaves the
# machine something to do for the next one.
measure_switches() {
    local run what
    for ((run = 1; run <= RUNS; run++)); do
        say "switch, rollback, and Argo Rollouts' switch, $run of $RUNS"
        start_rollout
        for what in $(shuf --echo measure_plain measure_migration measure_argo); do "$what" "run-$run"; done
    done
    resident_megabytes >"$work/memory-after-switches"
    resident_megabytes "$ARGO_NAMESPACE" "$ARGO" >"$work/argo-memory-after-switches"
    say "${IDLE}s of rest"
    sleep "$IDLE" # the measured span itself
    resident_megabytes >"$work/memory-rested"
    resident_megabytes "$ARGO_NAMESPACE" "$ARGO" >"$work/argo-memory-rested"
}

# measure_migration NAME: there, and back again when green has become ill.
measure_migration() {
    local ill back tripped
    switch_to_green "$1" 1h
    record_release switch create migrations ^podinfo-green-
    requests "$(audit_time "$applied")" "$(audit_time "$switched")" >>"$work/until-switch"
    wait_until 30 "monitoring" kubectl_here wait migration "$1" --for=condition=TrafficOnGreen --timeout=1s
    ill=$EPOCHREALTIME
    make_green_ill
    wait_until 60 "traffic on blue" serves_at podinfo blue "$ill"
    back=$(serves_at podinfo blue "$ill")
    wait_until 60 "the end of the rollback" is_over "$1"
    tripped=$(date --date "$(kubectl_here get migration "$1" -o 'jsonpath={.status.failure.time}')" +%s.%6N)
    difference "$ill" "$back" >>"$work/ill-to-blue"
    difference "$tripped" "$back" >>"$work/trip-to-blue"
    kubectl_here delete migration "$1" --timeout=60s >/dev/null
    kubectl_here wait pods --selector app=podinfo-green --for=delete --timeout=60s >/dev/null
}

# measure_whole: a migration that succeeds, watched for the idle time while it monitors.
measure_whole() {
    say "a whole migration, with ${IDLE}s of watching it wait"
    switch_to_green whole "$((IDLE + 15))s"
    requests "$(audit_time "$applied")" "$(audit_time "$switched")" >>"$work/until-switch"
    sleep 5 # what the switch itself had to write is not part of the idle time
    watch_quietly idle-waiting
    wait_until 120 "its end" is_over whole
    sleep 2 # events are written beside the status, and may come after it
    requests "$(audit_time "$applied")" "$(audit_time)" >"$work/whole"
    kubectl_here get events -o json | jq -c '[.items[] | select(.involvedObject.name == "whole")]
        | sort_by(.firstTimestamp // .eventTime) | map(.reason)' >"$work/events"
}

# measure_many: Migrations that wait for a Deployment that is not there.
measure_many() {
    local index
    say "$MANY migrations, and ${IDLE}s of watching them wait"
    for ((index = 1; index <= MANY; index++)); do
        printf -- '---\n'
        migration "many-$index" 1h | sed "s/name: podinfo}/name: there-is-no-$index}/"
    done >"$work/many.yaml"
    kubectl_here apply -f "$work/many.yaml" >/dev/null
    wait_until 120 "all of them to have a status" all_have_a_status
    sleep 5
    watch_quietly idle-many
    resident_megabytes >"$work/memory-many"
}

all_have_a_status() {
    kubectl_here get migrations -o json |
        jq -e '[.items[] | select(.metadata.name | startswith("many-"))] | length > 0 and all(.status.observedGeneration)'
}

# --- parts of it, without the cluster

measure_parts() {
    "$bench/load.sh" >"$work/generator"
    "$bench/policies.sh" >"$work/policies"
    "$bench/schema.sh" >"$work/schema"
}

# --- a rolling migration of many services

# rolling_services: two replicas of podinfo under as many names, each behind a Service of its own.
rolling_services() {
    local index name
    for ((index = 1; index <= SERVICES; index++)); do
        name=$(printf 'service-%02d' "$index")
        printf -- '---\n'
        sed "s/podinfo\b/$name/; s|localhost/$name|localhost/podinfo|; s/replicas: 3/replicas: 2/" "$PROJECT/dev/demo/application.yaml"
    done
}

# rolling_migration: no monitoring between them, and a long stability: what is left is the operator's own time.
rolling_migration() {
    local index name
    cat <<END
apiVersion: godwit.dev/v1alpha1
kind: Migration
metadata: {name: rolling}
spec:
  to: "2.0.0"
  strategy:
    rolling: {monitor: 0s, stability: 1h, drain: 1s}
  health:
    probes:
    - {name: ready, http: {path: /readyz, port: 9898}, interval: 1s, timeout: 1s, failures: 3}
  services:
END
    for ((index = 1; index <= SERVICES; index++)); do
        name=$(printf 'service-%02d' "$index")
        echo "  - {name: $name, workload: {kind: Deployment, name: $name}, image: localhost/podinfo:2.0.0}"
    done
}

rolling_status() { kubectl_here get migration rolling -o json | jq -r ".status | $1"; }

# seconds_between FROM TO: of the two times that these filters find in the status.
seconds_between() {
    difference "$(date --date "$(rolling_status "$1")" +%s.%6N)" "$(date --date "$(rolling_status "$2")" +%s.%6N)"
}

measure_rolling() {
    local applied tripped last pod
    last=$(printf 'service-%02d' "$SERVICES")
    say "$SERVICES services, one after the other, and all of them back"
    rolling_services | kubectl_here apply -f - >/dev/null
    kubectl_here wait deployments --all --for=condition=Available --timeout=300s >/dev/null
    applied=$EPOCHREALTIME
    rolling_migration | kubectl_here apply -f - >/dev/null
    wait_until 600 "all of them on green" kubectl_here wait migration rolling --for=condition=TrafficOnGreen --timeout=1s
    sleep 2 # events are written beside the status, and may come after it
    requests "$(audit_time "$applied")" "$(audit_time)" >"$work/rolling-forward"
    seconds_between .startTime '[.steps[] | select(.name | endswith("/switch")) | .finishedAt] | max' >"$work/rolling-forward-seconds"
    kubectl_here get migration rolling -o json | jq -c .status | wc -c >"$work/rolling-status-bytes"
    resident_megabytes >"$work/memory-rolling"
    tripped=$EPOCHREALTIME
    for pod in $(kubectl_here get pods --selector "app=$last-green" -o 'jsonpath={.items[*].metadata.name}'); do
        kubectl create --raw "/api/v1/namespaces/$NAMESPACE/pods/$pod:9898/proxy/readyz/disable" -f /dev/null
    done
    wait_until 120 "the end of the rollback" is_over rolling
    sleep 2
    requests "$(audit_time "$tripped")" "$(audit_time)" >"$work/rolling-back"
    seconds_between .failure.time '[.steps[] | select(.name | endswith("/switch")) | .undoneAt] | max' >"$work/rolling-back-seconds"
    seconds_between .failure.time .completionTime >"$work/rolling-over-seconds"
    kubectl_here delete migration rolling --timeout=60s >/dev/null
    rolling_services | kubectl_here delete -f - --timeout=120s >/dev/null
}
