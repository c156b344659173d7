# shellcheck shell=bash
# The users of the demo: requests at a constant rate, for a bounded time, from inside the cluster's network, counted as
# they are answered. To be sourced, with demo and work set as for screen.sh, and NAMESPACE. The applications that are asked
# are in applications, and load_rate is how often in a second, each kind, all of them together.
#
# Two kinds, since a Service decides where a connection goes when it is opened: requests that each open one
# (counted in $work/fresh), and requests over connections that are kept ($work/kept).
: "${demo:?}" "${work:?}"

readonly LOAD_LONGEST=300s
applications=() load_rate=100
load_pids=() counter_pids=()

# vegeta_there NAME ARGUMENT…: vegeta inside the cluster: a process in the local one, a pod called NAME in another.
vegeta_there() {
    local name=$1
    shift
    case $CLUSTER in
        local) exec "$PROJECT/dev/cluster/exec.sh" "$CACHE/bin/vegeta" "$@" ;;
        current)
            exec kubectl run "$name" --namespace "$NAMESPACE" --image "$LOAD_IMAGE" --image-pull-policy IfNotPresent \
                --restart Never --stdin --rm --quiet -- "$@"
            ;;
    esac
}

# targets: vegeta goes round them.
targets() {
    local application
    for application in "${applications[@]}"; do printf 'GET http://%s.%s:9898/version\n' "$application" "$NAMESPACE"; done
}

# every_request_is_answered: a try of each application. A Service takes a moment until it works, and what is tried before
# leaves an entry in the connection table: for two minutes, a connection from the same port would go where that one went,
# which is nowhere. So in the local cluster, where users and tries have one address, tries come from ports of their own.
every_request_is_answered() {
    if [[ $CLUSTER == current ]]; then
        vegeta_there load-try attack -rate 20 -duration 1s -timeout 2s < <(targets) |
            vegeta report -type json | jq -e '.success == 1'
        return
    fi
    local url
    while read -r _ url; do
        "$PROJECT/dev/cluster/exec.sh" curl --silent --fail --output /dev/null --max-time 2 --local-port 10000-19999 "$url" || return
    done < <(targets)
}

# attack NAME ARGUMENT…: starts it, counting into $work/NAME.
attack() {
    local name=$1
    shift
    rm -f "$work/$name.results"
    mkfifo "$work/$name.results"
    vegeta encode -to json <"$work/$name.results" | jq -nc --unbuffered -f "$demo/counts.jq" >"$work/$name" &
    counter_pids+=($!)
    vegeta_there "load-$name" attack -rate "$load_rate" -duration "$LOAD_LONGEST" -timeout 5s "$@" \
        < <(targets) >"$work/$name.results" 2>"$work/$name.log" &
    load_pids+=($!)
}

start_load() {
    : >"$work/fresh"
    : >"$work/kept"
    attack fresh -keepalive=false
    attack kept
    wait_until 30 "the first answers" requests_are_counted
}

requests_are_counted() { [[ -s $work/fresh && -s $work/kept ]]; }

# stop_load: lets what is under way be answered and counted. SIGINT makes vegeta stop sending.
stop_load() {
    ((${#load_pids[@]})) || return 0
    if [[ $CLUSTER == current ]]; then
        # kubectl does not pass signals on; the pods get one when they are deleted.
        kubectl delete pod load-fresh load-kept --namespace "$NAMESPACE" --ignore-not-found --wait=false >/dev/null || true
    else
        kill -INT "${load_pids[@]}" 2>/dev/null || true
    fi
    wait_until 15 "the load to end" load_has_ended || kill -KILL "${load_pids[@]}" 2>/dev/null || true
    wait "${counter_pids[@]}" || true
    load_pids=() counter_pids=()
}

# load_runs: whether both kinds are still being sent.
load_runs() {
    local pid
    for pid in "${load_pids[@]}"; do kill -0 "$pid" 2>/dev/null || return 1; done
}

load_has_ended() {
    local pid
    for pid in "${load_pids[@]}"; do ! kill -0 "$pid" 2>/dev/null || return 1; done
}

# counted KIND JQ-FILTER: of the last that was counted of that kind, fresh or kept.
counted() { last_of "$1" "$2"; }

# in_all FIELD: sent or failed, of both kinds.
in_all() { echo $(($(counted fresh ".$1") + $(counted kept ".$1"))); }
