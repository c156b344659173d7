#!/usr/bin/env bash
# Measures what a migration costs, on the local cluster: seconds, API requests and memory; and what Argo Rollouts needs for
# the same, in turns. Prints the figures, and writes them with the date and the machine into docs/benchmarks.md. Takes about
# twenty-five minutes, and puts the machine under load for the last few of them only.
#
#   make bench                 installs what is missing, and measures
#   RUNS=2 IDLE=10 make bench  a quick look: fewer runs, and shorter times of watching that nothing is written;
#                              prints the figures only
#
# Nothing here passes or fails: speed depends on the machine.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$(cd "$bench/../.." && pwd)

# With the cluster's kubeconfig and the tools, however it was called.
if [[ -z ${GODWIT_BENCH_HAS_CLUSTER:-} ]]; then
    export GODWIT_BENCH_HAS_CLUSTER=true
    exec "$PROJECT/dev/kube.sh" "$0" "$@"
fi

. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/lib/cluster.sh"

readonly NAMESPACE=godwit-bench OPERATOR_NAMESPACE=${GODWIT_NAMESPACE:-godwit-system} OPERATOR=godwit
readonly OPERATOR_USER=system:serviceaccount:$OPERATOR_NAMESPACE:$OPERATOR
readonly RUNS=${RUNS:-21} IDLE=${IDLE:-60} RESTARTS=3 MANY=100 SERVICES=${SERVICES:-20}
work=$(mktemp -d)
watch_pid=
read -r load_before _ </proc/loadavg

. "$PROJECT/dev/bench/measure.sh"
. "$PROJECT/dev/bench/argo.sh"
. "$PROJECT/dev/bench/report.sh"

clean_up() {
    local status=$?
    trap '' INT TERM
    [[ -z $watch_pid ]] || kill "$watch_pid" 2>/dev/null || true
    kubectl scale "deployment/$OPERATOR" --namespace "$OPERATOR_NAMESPACE" --replicas=1 >/dev/null || true
    remove_argo || say "Argo Rollouts is not gone yet"
    remove_namespace || say "the namespace $NAMESPACE is not gone yet"
    rm -rf "$work"
    exit "$status"
}

remove_namespace() {
    kubectl get namespace "$NAMESPACE" >/dev/null 2>&1 || return 0
    say "removing the namespace $NAMESPACE"
    kubectl delete migrations --all --namespace "$NAMESPACE" --timeout=60s >/dev/null &&
        kubectl delete namespace "$NAMESPACE" --timeout=90s >/dev/null
}

prepare() {
    need jq jq
    "$PROJECT/dev/images/build.sh" podinfo
    "$PROJECT/dev/cluster/load.sh" "$CACHE"/images/podinfo-{1,2}.0.0.tar
    kubectl get customresourcedefinition migrations.godwit.dev >/dev/null 2>&1 || "$PROJECT/dev/install.sh"
    remove_namespace
    kubectl create namespace "$NAMESPACE" >/dev/null
    prepare_argo
}

main() {
    [[ ${CLUSTER:-local} == local ]] || die "measures on the local cluster only, whose audit log it reads"
    require_root
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    prepare
    measure_starts
    measure_handovers
    measure_idle
    watch_endpoints
    start_application
    install_argo
    measure_switches
    remove_argo
    measure_whole
    measure_rolling
    measure_many
    measure_parts
    write_figures
}

main "$@"
