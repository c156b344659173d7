#!/usr/bin/env bash
# The demo: applications under constant load, and migrations of them, as they happen.
#
#   make demo                     installs what is missing, and plays every scene (under four minutes)
#   SCENE=NAME make demo          plays one: success, never-ready, fails-live or rolling
#   KEEP=true make demo           leaves the namespace godwit-demo for a look around
#
# On a terminal it draws a picture that moves; elsewhere, or with CI=true, it prints lines. It fails when a scene does
# not hold what it says. It cleans up after itself, also when it is interrupted.
#
# CLUSTER=current  uses the cluster that kubectl's current context points at. That needs the images of
#                  dev/images/build.sh (podinfo and load) under a name that the cluster can pull:
#                  GODWIT_DEMO_REGISTRY=registry.example/team for registry.example/team/podinfo:1.0.0 and so on; or load them
#                  into its nodes, with kind by: kind load image-archive .cache/images/NAME.tar
set -euo pipefail
demo=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$(cd "$demo/../.." && pwd)
CACHE=$PROJECT/.cache
CLUSTER=${CLUSTER:-local}
export CLUSTER

# With the cluster's kubeconfig and the tools, however it was called.
if [[ -z ${GODWIT_DEMO_HAS_CLUSTER:-} ]]; then
    export GODWIT_DEMO_HAS_CLUSTER=true
    exec "$PROJECT/dev/kube.sh" "$0" "$@"
fi

readonly NAMESPACE=godwit-demo REGISTRY=${GODWIT_DEMO_REGISTRY:-localhost}
readonly LOAD_IMAGE=$REGISTRY/load:local
readonly SCENES=(success never-ready fails-live rolling)
work=$(mktemp -d)
failed_claims=0
watch_pid=

. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/demo/screen.sh"
. "$PROJECT/dev/demo/load.sh"
. "$PROJECT/dev/demo/scenes.sh"

clean_up() {
    local status=$?
    trap '' INT TERM
    stop_load
    stop_watch
    if [[ ${KEEP:-false} == true ]]; then
        say "kept the namespace $NAMESPACE; remove it with: kubectl delete namespace $NAMESPACE"
    else
        remove_namespace || say "the namespace $NAMESPACE is not gone yet"
    fi
    rm -rf "$work"
    ((status != 0)) || what_next
    exit "$status"
}

remove_namespace() {
    kubectl get namespace "$NAMESPACE" >/dev/null 2>&1 || return 0
    is_ours || die "there is a namespace $NAMESPACE that this demo has not made; it needs that name"
    say "removing the namespace $NAMESPACE"
    # Migrations first: the operator takes back what is under way.
    kubectl delete migrations --all --namespace "$NAMESPACE" --timeout=60s >/dev/null &&
        kubectl delete namespace "$NAMESPACE" --timeout=90s >/dev/null
}

is_ours() {
    [[ $(kubectl get namespace "$NAMESPACE" -o 'jsonpath={.metadata.labels.app\.kubernetes\.io/managed-by}') == godwit-demo ]]
}

prepare() {
    need jq jq
    "$PROJECT/dev/tools/build.sh" vegeta
    PATH=$CACHE/bin:$PATH
    if [[ $CLUSTER == local ]]; then
        "$PROJECT/dev/images/build.sh" podinfo
        "$PROJECT/dev/cluster/load.sh" "$CACHE"/images/podinfo-{1,2,3}.0.0.tar
    fi
    kubectl get customresourcedefinition migrations.godwit.dev >/dev/null 2>&1 || "$PROJECT/dev/install.sh"
    remove_namespace
    kubectl create namespace "$NAMESPACE" >/dev/null
    kubectl label namespace "$NAMESPACE" app.kubernetes.io/managed-by=godwit-demo >/dev/null
}

# apply FILE: with the images' names as this cluster knows them.
apply() { sed "s|localhost/|$REGISTRY/|" "$1" | kubectl apply --namespace "$NAMESPACE" -f - >/dev/null; }

# run_applications REPLICAS RATE NAME…: copies of podinfo behind a Service each, under these names. What runs already stays
# as it is. The load is on these from now on, as often in a second, each kind.
run_applications() {
    local replicas=$1 application
    load_rate=$2 applications=("${@:3}")
    for application in "${applications[@]}"; do
        kubectl get deployment "$application" --namespace "$NAMESPACE" >/dev/null 2>&1 ||
            apply <(sed "s|podinfo\b|$application|; s|localhost/$application|localhost/podinfo|; s|replicas: .*|replicas: $replicas|" \
                "$demo/application.yaml")
    done
    kubectl rollout status --namespace "$NAMESPACE" --timeout=120s "${applications[@]/#/deployment/}" >/dev/null
    wait_until 60 "the applications to answer every request" every_request_is_answered
}

# start_watch MIGRATION: every version of it, a line each, in $work/migration.
start_watch() {
    kubectl get migrations --namespace "$NAMESPACE" --field-selector "metadata.name=$1" --watch --output json \
        > >(jq -c --unbuffered . >>"$work/migration") 2>/dev/null &
    watch_pid=$!
}

stop_watch() {
    [[ -n $watch_pid ]] || return 0
    kill "$watch_pid" 2>/dev/null || true
    wait "$watch_pid" 2>/dev/null || true
    watch_pid=
}

# last_of FILE JQ-FILTER: of the last whole line of what is written into $work/FILE.
last_of() { jq -Rrs "split(\"\n\")[:-1] | last // \"null\" | fromjson | $2" "$work/$1"; }

# watch_until SECONDS CONDITION…: shows what happens until the condition holds or the time is up.
watch_until() {
    local deadline=$((SECONDS + $1)) met=false
    shift
    while ! $met && ((SECONDS < deadline)); do
        if "$@"; then met=true; fi
        kill -0 "$watch_pid" 2>/dev/null || start_watch "$migration"
        draw
        $met || sleep 0.5 # the pace of the picture
    done
    $met
}

# claim TEXT COMMAND…: says whether it holds, and what the command said if it doesn't.
claim() {
    local text=$1 output
    shift
    if output=$("$@" 2>&1); then
        good "$text"
    else
        bad "$text"
        failed_claims=$((failed_claims + 1))
        cut -c1-160 <<<"${output:-(that was: $*)}" | sed 's/^/        /'
    fi
}

what_next() {
    local setup="" suffix=""
    [[ $CLUSTER == current ]] || setup="
  export KUBECONFIG=\$PWD/.cluster/kubeconfig PATH=\$PWD/.cache/bin:\$PATH"
    [[ $REGISTRY == localhost ]] || suffix="   # with $REGISTRY/ for localhost/ in it"
    cat <<END

The waits were short for the demo. By default green is watched for 10 minutes,
and open connections have 30 seconds to end.

Next, by hand, in $PROJECT:
$setup
  kubectl create namespace try
  kubectl apply -n try -f dev/demo/application.yaml$suffix
  kubectl rollout status -n try deployment/podinfo
  kubectl apply -n try -f dev/demo/scenes/success.yaml$suffix
  kubectl wait -n try migration/success --for=condition=Succeeded --timeout=2m
  kubectl describe -n try migration success
  kubectl delete namespace try

  kubectl explain migration.spec.strategy.blueGreen    # every setting

The guide begins in README.md and docs/; examples/ has more to apply.
END
}

main() {
    local scene scenes=("${SCENES[@]}")
    if [[ -n ${SCENE:-} ]]; then
        [[ " ${SCENES[*]} " == *" $SCENE "* ]] || die "there is no scene $SCENE; there are: ${SCENES[*]}"
        scenes=("$SCENE")
    fi
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    say "getting ready: cluster, operator, and images"
    prepare
    for scene in "${scenes[@]}"; do "scene_${scene//-/_}"; done
    if ((failed_claims > 0)); then
        heading "Claims that did not hold: $failed_claims"
        exit 1
    fi
    heading "Everything held: ${#scenes[@]} of ${#SCENES[@]} scenes played in $((SECONDS / 60))m$((SECONDS % 60))s"
}

main "$@"
