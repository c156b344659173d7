# shellcheck shell=bash
# The scenes of the demo. Each starts from whatever runs, applies one Migration under load, and says afterwards what
# can be seen of it. To be sourced by run.sh.
: "${demo:?}" "${work:?}"

# The five of the scene rolling, in the order in which it moves them.
readonly SHOP=(users catalog orders cart gateway)

scene_success() {
    run_applications 3 100 podinfo
    begin success "a release that is fine" \
        "Green comes up beside blue, is tested, and gets the traffic. When it has proved itself, the original" \
        "Deployment is upgraded, gets the traffic back, and green goes. A connection that is kept stays with the pod" \
        "that it was opened to until that ends: those clients move later, and must not notice either."
    watch_until 120 is_over || true
    end
    claim_that_all_was_answered
    claim "the migration has succeeded" succeeded
    claim "everybody is answered by 2.0.0" answers_come_from 2.0.0
    claim "the Deployment podinfo runs 2.0.0, 3 of 3 pods ready" original_runs 2.0.0
    claim "nothing else is left or changed, field by field" changed_only_to 2.0.0
}

scene_never_ready() {
    run_applications 3 100 podinfo
    begin never-ready "a release that can't start" \
        "There is no such image. Green never gets ready, and so never gets a request."
    watch_until 90 is_over || true
    end
    claim_that_all_was_answered
    claim_that_blue_is_back
    claim "no user was ever answered by anything but $blue_version" only_answered_by "$blue_version"
    claim "the status says what was wrong" failure_mentions "9.9.9"
    show_failure
}

scene_fails_live() {
    local ill_since
    run_applications 3 100 podinfo
    begin fails-live "a release that falls ill when it has users" \
        "Its pods stay ready as far as Kubernetes can tell. The health probe of the migration sees more."
    watch_until 90 users_have_been_on 3.0.0 podinfo || true
    leave_frame
    note "" && note "Now the pods of 3.0.0 begin to fail at /readyz, which their own readiness probe does not look at." && note ""
    ill_since=$EPOCHREALTIME
    make_green_ill podinfo
    watch_until 90 is_over || true
    end
    claim_that_all_was_answered
    claim "users had been on 3.0.0" users_have_been_on 3.0.0 podinfo
    claim_that_blue_is_back
    claim "everybody is answered by $blue_version again" answers_come_from "$blue_version"
    claim "the status says what was wrong" failure_mentions "probe ready"
    show_failure
    note "From the first failure to the last user on 3.0.0: $(seconds_until_last_on 3.0.0 "$ill_since") seconds" \
        "(asked once a second, three failures in a row)."
}

scene_rolling() {
    local ill=${SHOP[3]} untouched=${SHOP[4]} moved=("${SHOP[@]:0:4}") ill_since
    run_applications 2 250 "${SHOP[@]}"
    versions_of "$untouched" >"$work/untouched.before"
    begin rolling "five services one after the other, of which the fourth falls ill" \
        "Each has two pods, and 500 requests a second go round all five. Each gets green pods, then the traffic, and is" \
        "watched before it is the turn of the next. All old versions stand by until the last has moved."
    watch_until 150 users_have_been_on 2.0.0 "$ill" || true
    leave_frame
    note "" && note "Now the new pods of $ill begin to fail at /readyz. Three services have moved before it, one has not." && note ""
    ill_since=$EPOCHREALTIME
    make_green_ill "$ill"
    watch_until 90 is_over || true
    end
    claim_that_all_was_answered
    claim "all four that moved had users on 2.0.0" users_have_been_on 2.0.0 "${moved[@]}"
    claim "the migration has rolled back by itself" rolled_back
    claim "traffic went back in reverse order, each confirmed before the next: $(went_back)" went_back_in_reverse "${moved[@]}"
    claim "every service is as it was: the same pods, none restarted, and no field changed" blue_is_untouched
    claim "$untouched was never written to, and its users were only ever answered by $blue_version" \
        was_never_touched "$untouched"
    claim "everybody is answered by $blue_version again" answers_come_from "$blue_version"
    claim "the status says what was wrong" failure_mentions "probe ready of $ill"
    show_failure
    note "From the first failure to the last user on 2.0.0, of any service: $(seconds_until_last_on 2.0.0 "$ill_since") seconds," \
        "of which the way back of all four took $(seconds_of_way_back)."
}

# begin MIGRATION TITLE TEXT…: the load runs from before the migration to after it.
begin() {
    migration=$1
    heading "Scene $migration: $2"
    note "${@:3}"
    note ""
    blue_version=$(version_of_original)
    objects >"$work/objects.before"
    pods_of_originals >"$work/pods.before"
    : >"$work/migration"
    start_load
    start_watch "$migration"
    begin_frames
    apply "$demo/scenes/$migration.yaml"
}

end() {
    # Until the last connections to green have ended with its pods, and one more second under load.
    watch_until 30 green_pods_are_gone || true
    local until=$((SECONDS + 2))
    watch_until 5 eval "((SECONDS >= $until))" || true
    if load_runs; then load_ran=true; else load_ran=false; fi
    stop_load
    stop_watch
    draw
    note ""
}

green_pods_are_gone() { ! kubectl_here get pods -o name | grep -- -green- >/dev/null; }

is_over() { [[ $(last_of migration '.status.completionTime // ""') ]]; }
has_condition() { [[ $(last_of migration ".status.conditions[]? | select(.type == \"$1\") | .status") == "$2" ]]; }
succeeded() { has_condition Succeeded True; }
rolled_back() { has_condition Succeeded False && has_condition RolledBack True; }

claim_that_all_was_answered() {
    claim "$(in_all sent) requests, $(in_all failed) failed" all_was_answered
}

all_was_answered() {
    $load_ran || {
        echo "the load ended before the scene:" && cat "$work"/*.log
        return 1
    }
    (($(in_all sent) > 0 && $(in_all failed) == 0)) || {
        counted fresh '.error // empty'
        counted kept '.error // empty'
        return 1
    }
}

claim_that_blue_is_back() {
    claim "the migration has rolled back by itself" rolled_back
    claim "blue is as it was: the same pods, none restarted, and no field changed" blue_is_untouched
}

# kubectl_here ARGUMENT…: in the demo's namespace.
kubectl_here() { kubectl --namespace "$NAMESPACE" "$@"; }

# version_of_original: all applications of a scene begin with the same.
version_of_original() {
    # shellcheck disable=SC2154  # set by run_applications
    kubectl_here get deployment "${applications[0]}" -o 'jsonpath={.spec.template.spec.containers[0].image}' | sed 's/.*://'
}

objects() {
    kubectl_here get deployments,services,jobs,poddisruptionbudgets,horizontalpodautoscalers,networkpolicies -o json |
        jq -f "$demo/state.jq"
}

pods_of_originals() {
    local IFS=,
    kubectl_here get pods --selector "app in (${applications[*]})" -o json |
        jq -r '.items[] | "\(.metadata.name) \(.metadata.uid) restarted \(.status.containerStatuses[0].restartCount)"'
}

blue_is_untouched() {
    diff "$work/pods.before" <(pods_of_originals) && diff "$work/objects.before" <(objects)
}

# versions_of APPLICATION: of its objects; the API server counts every write, by anybody.
versions_of() {
    kubectl_here get "deployment/$1" "service/$1" -o 'jsonpath={range .items[*]}{.kind} {.metadata.resourceVersion}{"\n"}{end}'
}

was_never_touched() { # APPLICATION
    local kind
    diff "$work/untouched.before" <(versions_of "$1") || return 1
    for kind in fresh kept; do
        [[ $(counted "$kind" ".versions[\"$1\"] | keys | join(\" \")") == "$blue_version" ]] || return 1
    done
}

# went_back: the services whose traffic went back, in order.
went_back() { last_of migration . | jq -r -L "$demo" -f "$demo/way-back.jq" | paste -sd ' '; }

went_back_in_reverse() {
    diff <(printf '%s\n' "$@" | tac) <(last_of migration . | jq -r -L "$demo" -f "$demo/way-back.jq")
}

# seconds_of_way_back: from the failure until all traffic was confirmed to be back.
seconds_of_way_back() {
    last_of migration . | jq -r -L "$demo" 'include "time"; [.status.steps[] | select(.name | endswith("/switch")).undoneAt // empty
        | seconds] as $back | ($back | max) - (.status.failure.time | seconds) | . * 10 | round / 10'
}

original_runs() {
    [[ $(kubectl_here get deployment podinfo -o json | jq -r \
        '"\(.spec.template.spec.containers[0].image) \(.status.readyReplicas)"') == "$REGISTRY/podinfo:$1 3" ]]
}

changed_only_to() {
    diff <(sed "s|/podinfo:$blue_version|/podinfo:$1|" "$work/objects.before") <(objects)
}

# answers_come_from VERSION: and from nothing else, for half a second.
answers_come_from() {
    local kind
    for kind in fresh kept; do
        [[ $(counted "$kind" '[.lately[] | keys[]] | unique | join(" ")') == "$1" ]] || {
            echo "$kind: $(counted "$kind" '.lately | tojson')"
            return 1
        }
    done
}

only_answered_by() {
    local kind
    for kind in fresh kept; do
        [[ $(counted "$kind" '[.versions[] | keys[]] | unique | join(" ")') == "$1" ]] || return 1
    done
}

# users_have_been_on VERSION APPLICATION…: enough of each to call them users.
users_have_been_on() {
    local application
    for application in "${@:2}"; do
        (($(counted fresh ".versions[\"$application\"][\"$1\"] // 0") >= 50)) || return 1
    done
}

# Through the API server, and so from inside the cluster.
make_green_ill() { # APPLICATION
    local pod
    for pod in $(kubectl_here get pods --selector "app=$1-green" -o 'jsonpath={.items[*].metadata.name}'); do
        kubectl create --raw "/api/v1/namespaces/$NAMESPACE/pods/$pod:9898/proxy/readyz/disable" -f /dev/null
    done
}

failure_mentions() {
    local failure
    failure=$(last_of migration '.status.failure | "\(.reason): \(.message)"')
    [[ $failure == *"$1"* ]] || {
        echo "$failure"
        return 1
    }
}

show_failure() { note "Why: $(last_of migration '.status.failure | "\(.reason): \(.message)"')"; }

# seconds_until_last_on VERSION SINCE: until the last new connection that it answered.
seconds_until_last_on() {
    counted fresh . | jq -r -L "$demo" --arg version "$1" --argjson since "$2" \
        'include "time"; .latest[$version] // empty | seconds - $since | . * 10 | round / 10'
}
