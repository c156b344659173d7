# shellcheck shell=bash
# The scenes of the demo. Each starts from whatever runs, applies one Migration under load, and says afterwards what
# can be seen of it. To be sourced by run.sh.
: "${demo:?}" "${work:?}"

scene_success() {
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
    begin fails-live "a release that falls ill when it has users" \
        "Its pods stay ready as far as Kubernetes can tell. The health probe of the migration sees more."
    watch_until 90 users_have_been_on 3.0.0 || true
    leave_frame
    note "" && note "Now the pods of 3.0.0 begin to fail at /readyz, which their own readiness probe does not look at." && note ""
    ill_since=$EPOCHREALTIME
    make_green_ill
    watch_until 90 is_over || true
    end
    claim_that_all_was_answered
    claim "users had been on 3.0.0" users_have_been_on 3.0.0
    claim_that_blue_is_back
    claim "everybody is answered by $blue_version again" answers_come_from "$blue_version"
    claim "the status says what was wrong" failure_mentions "probe ready"
    show_failure
    note "From the first failure to the last user on 3.0.0: $(seconds_on_green_since "$ill_since") seconds" \
        "(asked once a second, three failures in a row)."
}

# begin MIGRATION TITLE TEXT…: the load runs from before the migration to after it.
begin() {
    migration=$1
    heading "Scene $migration: $2"
    note "${@:3}"
    note ""
    blue_version=$(version_of_original)
    objects >"$work/objects.before"
    pods_of_original >"$work/pods.before"
    : >"$work/migration"
    start_load
    start_watch "$migration"
    begin_frames
    apply "$demo/scenes/$migration.yaml"
}

end() {
    # One more second under load, in the final state.
    local until=$((SECONDS + 2))
    watch_until 5 eval "((SECONDS >= $until))" || true
    if load_runs; then load_ran=true; else load_ran=false; fi
    stop_load
    stop_watch
    draw
    note ""
}

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

version_of_original() {
    kubectl_here get deployment podinfo -o 'jsonpath={.spec.template.spec.containers[0].image}' | sed 's/.*://'
}

objects() {
    kubectl_here get deployments,services,jobs,poddisruptionbudgets,horizontalpodautoscalers,networkpolicies -o json |
        jq -f "$demo/state.jq"
}

pods_of_original() {
    kubectl_here get pods --selector app=podinfo -o json |
        jq -r '.items[] | "\(.metadata.name) \(.metadata.uid) restarted \(.status.containerStatuses[0].restartCount)"'
}

blue_is_untouched() {
    diff "$work/pods.before" <(pods_of_original) && diff "$work/objects.before" <(objects)
}

original_runs() {
    [[ $(kubectl_here get deployment podinfo -o json | jq -r \
        '"\(.spec.template.spec.containers[0].image) \(.status.readyReplicas)"') == "$REGISTRY/podinfo:$1 3" ]]
}

changed_only_to() {
    diff <(sed "s|/podinfo:$blue_version|/podinfo:$1|" "$work/objects.before") <(objects)
}

answers_come_from() {
    local kind
    for kind in fresh kept; do
        [[ $(counted "$kind" '.lately | keys | join(" ")') == "$1" ]] || return 1
    done
}

only_answered_by() {
    local kind
    for kind in fresh kept; do
        [[ $(counted "$kind" '.versions | keys | join(" ")') == "$1" ]] || return 1
    done
}

users_have_been_on() { (($(counted fresh ".versions[\"$1\"] // 0") >= 100)); }

# Through the API server, and so from inside the cluster.
make_green_ill() {
    local pod
    for pod in $(kubectl_here get pods --selector app=podinfo-green -o 'jsonpath={.items[*].metadata.name}'); do
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

seconds_on_green_since() {
    jq -Rrs --argjson since "$1" 'split("\n")[:-1] | last | fromjson | .latest["3.0.0"] // empty
        | capture("^(?<whole>[^.Z]+)(?<part>\\.[0-9]+)?Z$")
        | (.whole + "Z" | fromdateiso8601) + ("0" + (.part // "") | tonumber) - $since | . * 10 | round / 10' "$work/fresh"
}
