#!/usr/bin/env bash
# Proves what up.sh, down.sh, load.sh and exec.sh promise, on this checkout's own cluster, which must be down
# and is down again afterwards. Takes about two minutes once everything is built.
#
#   - up twice gives the same cluster, and after a dead component or node, up mends it
#   - an application under the restricted pod security standard answers every request at a constant rate
#   - with CLUSTER=current the cluster of kubectl's context is used, and neither stopped nor loaded
#   - down leaves nothing on the machine, also after an interrupted up and with dead components
#
# Load goes to a Service inside the cluster's own network: 100 requests a second for 5 seconds.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$here/../..
. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/lib/cluster.sh"

main() {
    require_root
    need curl curl
    need jq jq
    ! node_pid >/dev/null || die "this checkout's cluster is up, and the test would take it down: run down.sh first"
    work=$(mktemp -d)
    trap clean_up EXIT
    "$PROJECT/dev/tools/build.sh" kubectl vegeta
    "$PROJECT/dev/images/build.sh" podinfo

    machine >"$work/before"
    up_twice_is_the_same_cluster
    the_current_context_is_used_and_left_alone
    every_request_is_answered
    a_service_that_was_asked_too_early_answers_all_the_same
    a_dead_component_is_replaced
    down_leaves_nothing "with an application running"
    a_dead_node_is_mended_by_up
    kill_some_components
    down_leaves_nothing "with dead components"
    # Two moments at which much is half done.
    for moment in "$CLUSTER_DIR/node.pid" "$KUBECONFIG_FILE"; do
        interrupt_up_at "$moment"
        down_leaves_nothing "after an up that was killed when ${moment##*/} appeared"
    done
    interrupt_up_at "$CLUSTER_DIR/node.pid"
    "$here/up.sh"
    passed "an up that was killed is completed by the next"
    down_leaves_nothing "at the end"
    say "all passed"
}

clean_up() {
    "$here/down.sh"
    rm -rf "$work"
}

passed() { say "PASSED: $*"; }

failed() {
    say "FAILED: $*"
    exit 1
}

# machine: all that a cluster could leave or change on the machine, a line each. What belongs to the clusters
# of other checkouts is left out, as they may come and go.
machine() {
    {
        ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/link \1/'
        ip netns | sed 's/^/netns /'
        sed 's/^/mount /' /proc/self/mounts
        ip -4 route | sed 's/^/route /'
        iptables-save | sed 's/^/iptables /' | grep -v '^iptables #' || true
        find /sys/fs/cgroup -name 'godwit-*' -prune -printf 'cgroup %p\n'
        find /run/containerd /run/netns /etc/cni /var/lib/{cni,containerd,kubelet,etcd} /var/log/{pods,containers} \
            -maxdepth 1 -printf 'file %p\n' 2>/dev/null || true
        for name in vm/overcommit_memory kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys \
            net/ipv4/ip_forward net/netfilter/nf_conntrack_max; do
            printf 'sysctl %s %s\n' "$name" "$(cat "/proc/sys/$name" 2>/dev/null)"
        done
    } | grep -vE "(link |route .*|cgroup .*)(godwit-|gw)[0-9a-f]{6}" >"$work/machine" || true
    # But what belongs to this one counts.
    {
        cat "$work/machine"
        ip -o link show "$CLUSTER_VETH" 2>/dev/null || true
        ip -4 route list dev "$CLUSTER_VETH" 2>/dev/null || true
        find /sys/fs/cgroup -name "$CLUSTER_NAME"
    } | sort
}

# cluster_processes: PID and start of every process in the cluster's control groups, containers included.
cluster_processes() {
    local pid start
    find /sys/fs/cgroup -path "*/$CLUSTER_NAME/*" -name cgroup.procs -exec cat {} + | sort -un |
        while read -r pid; do
            # Some end while they are being counted.
            if start=$(process_start "$pid"); then printf '%s %s\n' "$pid" "$start"; fi
        done
}

down_leaves_nothing() { # WHEN
    local pid start
    cluster_processes >"$work/processes"
    [[ -s $work/processes ]] || failed "there is nothing to take down $1"
    "$here/down.sh"
    machine >"$work/after"
    diff "$work/before" "$work/after" >&2 || failed "down left something behind $1 (< before, > after)"
    while read -r pid start; do
        [[ $(process_start "$pid") != "$start" ]] ||
            failed "down left process $pid behind $1: $(tr '\0' ' ' <"/proc/$pid/cmdline")"
    done <"$work/processes"
    find "$CLUSTER_DIR" -mindepth 1 -maxdepth 1 ! -name lock ! -name 'log*' | grep . >&2 &&
        failed "down left these files behind $1"
    passed "down leaves nothing behind $1 ($(wc -l <"$work/processes") processes ended)"
}

identity() {
    node_pid
    cluster_kubectl get node godwit -o jsonpath='{.metadata.uid}{"\n"}'
    cluster_kubectl get pods -n kube-system -o jsonpath='{.items[*].metadata.uid}{"\n"}'
    sha256sum "$KUBECONFIG_FILE"
}

# says TEXT COMMAND…: the command fails, and says that.
says() {
    local text=$1 said
    shift
    ! said=$("$@" 2>&1) || failed "does not fail: $*"
    [[ $said == *"$text"* ]] || failed "does not say \"$text\" but: $said"
}

# As with kind or minikube: whatever kubectl's context points at.
the_current_context_is_used_and_left_alone() {
    local before
    before=$(identity)
    [[ $(CLUSTER=current KUBECONFIG=$KUBECONFIG_FILE "$PROJECT/dev/kube.sh" kubectl get nodes -o name) == node/* ]] ||
        failed "the current context is not used"
    CLUSTER=current KUBECONFIG=$KUBECONFIG_FILE "$PROJECT/dev/kube.sh" up >/dev/null
    says "not this project's to stop" env CLUSTER=current KUBECONFIG="$KUBECONFIG_FILE" "$PROJECT/dev/kube.sh" down
    says "push it to a registry" env CLUSTER=current KUBECONFIG="$KUBECONFIG_FILE" "$PROJECT/dev/kube.sh" load image.tar
    says "it is local or current" env CLUSTER=mine "$PROJECT/dev/kube.sh" up
    [[ $(identity) == "$before" ]] || failed "the cluster of the current context is another one"
    passed "the cluster of the current context is used, and left alone"
}

up_twice_is_the_same_cluster() {
    "$here/up.sh"
    identity >"$work/first"
    "$here/up.sh"
    identity | diff "$work/first" - >&2 || failed "a second up changed the cluster"
    passed "up twice gives the same cluster"
}

every_request_is_answered() {
    local report
    "$here/load.sh" "$CACHE"/images/podinfo-1.0.0.tar
    cluster_kubectl apply -f "$here/test-application.yaml" >/dev/null
    cluster_kubectl rollout status --namespace cluster-test deployment/podinfo --timeout=120s >/dev/null
    # What the load generator will use: the name, the Service's address and a pod behind it.
    wait_until 30 "an answer from podinfo" "$here/exec.sh" \
        curl --silent --show-error --fail --max-time 2 --local-port 10000-19999 http://podinfo.cluster-test:9898/version
    report=$(echo "GET http://podinfo.cluster-test:9898/" |
        "$here/exec.sh" "$CACHE/bin/vegeta" attack -rate=100 -duration=5s -timeout=2s |
        "$CACHE/bin/vegeta" report -type=json)
    jq -e '.requests == 500 and .success == 1' >/dev/null <<<"$report" || failed "requests were lost: $report"
    passed "500 of 500 requests were answered, the slowest in $(jq '.latencies.max / 1e6 | floor' <<<"$report") ms"
    cluster_kubectl logs --namespace cluster-test --selector app=podinfo --tail=1 >/dev/null || failed "there are no logs"
    [[ -s $CLUSTER_LOGS/audit.log ]] || failed "there is no audit log"
}

a_service_that_was_asked_too_early_answers_all_the_same() {
    local address=10.96.250.250
    local -a ask=("$here/exec.sh" curl --silent --fail --output /dev/null --connect-timeout 1 --local-port 20000)
    "${ask[@]}" "http://$address:9898/" && failed "there is a Service already"
    cluster_kubectl create --namespace cluster-test --filename - >/dev/null <<END
apiVersion: v1
kind: Service
metadata: {name: late}
spec: {clusterIP: $address, selector: {app: podinfo}, ports: [{port: 9898}]}
END
    "${ask[@]}" --retry 15 --retry-delay 1 --retry-all-errors "http://$address:9898/" ||
        failed "a Service is not reached from a port that had asked for it before it was there"
    passed "a Service that was asked too early answers all the same"
}

a_dead_component_is_replaced() {
    local name before
    for name in kube-apiserver kubelet containerd; do
        before=$(component_pid "$name") || failed "$name is not running"
        kill -KILL "$before"
        wait_until 30 "another $name" component_pid "$name" || failed "$name was not started again"
    done
    "$here/up.sh"
    passed "a dead component is replaced, and up waits until the cluster is well again"
}

a_dead_node_is_mended_by_up() {
    "$here/up.sh"
    kill -KILL "$(node_pid)"
    "$here/up.sh"
    passed "up after down works, and up mends a node that died"
}

kill_some_components() {
    local name
    for name in containerd kubelet etcd; do
        kill -KILL "$(component_pid "$name")"
    done
}

interrupt_up_at() { # FILE: as soon as it exists
    local up
    setsid "$here/up.sh" &
    up=$!
    wait_until 60 "$1" test -e "$1"
    kill -KILL -- "-$up"
    wait "$up" 2>/dev/null || true
}

main
