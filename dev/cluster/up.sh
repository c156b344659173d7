#!/usr/bin/env bash
# Brings up the local cluster of this checkout: one node with a real Kubernetes control plane, kubelet,
# containerd, kube-proxy (iptables) and CoreDNS. Needs Linux, root, Go and apt-get; no container engine.
#
# Safe to repeat and to interrupt: it goes on from whatever is there, and a second run takes seconds.
# When it returns, the node is Ready, CoreDNS answers, and .cluster/kubeconfig is written. The
# cluster lives in namespaces of its own, does not reach anything outside, and leaves the machine's network
# settings alone; down.sh removes it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$here/../..
. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/lib/cluster.sh"

build_what_is_missing() {
    need ip iproute2
    need iptables iptables
    need pgrep procps
    need openssl openssl
    "$here/packages.sh"
    "$PROJECT/dev/tools/build.sh" kube kubectl
    "$PROJECT/dev/images/build.sh" pause coredns
}

# choose_address: one of the 32768 subnets of four addresses in 198.18.0.0/15, which is set aside for
# tests inside one network; the first one from the cluster's hash on that nothing here uses yet.
choose_address() {
    local slot=$((16#$CLUSTER_ID % 32768)) base try
    for ((try = 0; try < 32768; try++, slot = (slot + 1) % 32768)); do
        base=$((slot * 4))
        network=198.$((18 + (base >> 16))).$((base >> 8 & 255))
        node_address=$network.$(((base & 255) + 2))
        host_address=$network.$(((base & 255) + 1))
        # A default route matches everything.
        ip -4 route list match "$node_address" | grep -qv '^default' || return 0
    done
    die "every subnet in 198.18.0.0/15 is in use on this machine"
}

write_files() {
    local snapshotter=overlayfs file
    # An overlay can't lie on another one, as it would in a container.
    [[ $(stat --file-system --format=%T "$CLUSTER_DIR") == overlayfs ]] && snapshotter=native
    mkdir -p "$NODE_FILES/config/cni"
    for file in audit-policy.yaml containerd.toml kubelet.yaml kube-proxy.yaml cni/10-pods.conflist; do
        sed -e "s|@CGROUP@|/$CLUSTER_NAME|" -e "s|@SNAPSHOTTER@|$snapshotter|" \
            "$here/config/$file" >"$NODE_FILES/config/$file"
    done
    printf '%s %s\n' "$node_address" "$host_address" >"$NODE_FILES/addresses"
    printf '%s\n' 'nameserver 10.96.0.10' 'search default.svc.cluster.local svc.cluster.local cluster.local' \
        'options ndots:5' >"$NODE_FILES/resolv.conf"
    "$here/certificates.sh" "$NODE_FILES/pki" "$node_address"
}

# What the last cluster had to say stays until the one after next.
keep_last_logs() {
    rm -rf "$CLUSTER_LOGS.previous"
    [[ ! -d $CLUSTER_LOGS ]] || mv "$CLUSTER_LOGS" "$CLUSTER_LOGS.previous"
    mkdir -p "$CLUSTER_LOGS"
}

start_node() {
    # What a node left that did not end by down.sh.
    "$here/down.sh" --locked
    keep_last_logs
    choose_address
    write_files
    # A clean environment: what a developer has set (proxies, GOFLAGS, KUBECONFIG) is not the cluster's.
    env -i PATH="$PATH" HOME=/root LANG=C.UTF-8 setsid --fork \
        unshare --mount --net --uts --ipc --pid --fork --kill-child -- "$here/node.sh" "$node_address" \
        </dev/null >>"$CLUSTER_LOGS/node.log" 2>&1 9>&-
    wait_until 10 "the node's first process; see $CLUSTER_LOGS/node.log" node_pid
}

# Idempotent, because an interruption may have come between the node's start and this.
connect_node() {
    read -r node_address host_address <"$NODE_FILES/addresses"
    ip link show "$CLUSTER_VETH" >/dev/null 2>&1 ||
        ip link add "$CLUSTER_VETH" type veth peer name eth0 netns "$(node_pid)"
    ip address replace "$host_address/30" dev "$CLUSTER_VETH"
    ip link set "$CLUSTER_VETH" up
}

load_system_images() {
    local image
    wait_until 60 "containerd; see $CLUSTER_LOGS/containerd.log" in_node ctr version
    for image in pause coredns; do
        [[ -n $(in_node ctr --namespace k8s.io images list -q "name==localhost/$image:local") ]] ||
            "$here/load.sh" "$CACHE/images/$image-local.tar"
    done
}

apply_system_services() {
    (umask 077 && cp "$NODE_FILES/pki/admin.kubeconfig" "$KUBECONFIG_FILE.new")
    mv "$KUBECONFIG_FILE.new" "$KUBECONFIG_FILE"
    wait_until 120 "the API server; see $CLUSTER_LOGS/kube-apiserver.log" cluster_kubectl get --raw /readyz
    # Right after its start the API server may still lack the roles that it makes by itself.
    wait_until 30 "the API server to accept CoreDNS" \
        cluster_kubectl apply --server-side --force-conflicts -f "$here/config/coredns.yaml"
}

smoke_check() {
    wait_until 120 "the node to register; see $CLUSTER_LOGS/kubelet.log" cluster_kubectl get node godwit
    cluster_kubectl wait --for=condition=Ready node/godwit --timeout=120s >/dev/null
    cluster_kubectl rollout status --namespace kube-system deployment/coredns --timeout=120s >/dev/null
    wait_until 60 "an answer from the cluster's DNS" \
        "$here/exec.sh" getent hosts kubernetes.default.svc.cluster.local
}

main() {
    require_root
    lock_cluster
    if ! node_pid >/dev/null; then
        build_what_is_missing
        say "starting the cluster $CLUSTER_NAME"
        start_node
    fi
    connect_node
    load_system_images
    apply_system_services
    smoke_check || die "the cluster $CLUSTER_NAME is not well; its logs are in $CLUSTER_LOGS"
    say "the cluster $CLUSTER_NAME is up; export KUBECONFIG=$KUBECONFIG_FILE"
}

main
