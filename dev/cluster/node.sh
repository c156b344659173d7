#!/usr/bin/env bash
# The local cluster's one node. up.sh starts it as the first process of mount, network, PID, host name
# and IPC namespaces of its own; people don't call it.
#
#   node.sh NODE_ADDRESS
#
# It promises that whatever the cluster does stays inside: when this process ends, the kernel ends every
# process below it (daemons, shims, containers) and drops their mounts, interfaces and iptables rules
# with the namespaces. The node has a /run and a /var of its own (kept under .cluster/node), so that
# every component finds its usual paths and several clusters don't meet. A component that ends is
# started again.
set -euo pipefail
address=$1
PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/lib/cluster.sh"

services=10.96.0.0/16
config=/run/godwit/config
pki=/run/godwit/pki

# This comes before all else: from now on down.sh finds the node, whatever becomes of up.sh. /proc is
# still the host's, so this is the PID that the host knows; only a builtin reads its own.
record_pid() {
    local pid
    read -r pid _ </proc/self/stat
    printf '%s %s\n' "$pid" "$(process_start "$pid")" >"$CLUSTER_DIR/node.pid.new"
    mv "$CLUSTER_DIR/node.pid.new" "$CLUSTER_DIR/node.pid"
}

# Below the cluster's own control group: node/ for the daemons, kubepods/ (which kubelet makes) for the rest.
enter_cgroup() {
    local root group controller file
    for root in $(cgroup_roots); do
        mkdir -p "$root/$CLUSTER_NAME/node"
        if [[ -e $root/cgroup.controllers ]]; then
            for group in "$root" "$root/$CLUSTER_NAME"; do
                for controller in $(<"$group/cgroup.controllers"); do
                    echo "+$controller" >"$group/cgroup.subtree_control" || true
                done
            done
        elif [[ -e $root/cpuset.cpus ]]; then
            # No process can enter a version 1 cpuset that has no processors yet.
            for group in "$root/$CLUSTER_NAME" "$root/$CLUSTER_NAME/node"; do
                for file in cpuset.cpus cpuset.mems; do
                    cat "$(dirname "$group")/$file" >"$group/$file"
                done
            done
        fi
        # Zero stands for the process that writes it.
        echo 0 >"$root/$CLUSTER_NAME/node/cgroup.procs"
    done
}

make_mounts() {
    # The host's mounts keep coming in, but nothing goes out.
    mount --make-rslave /
    mkdir -p "$NODE_VAR"/{cache,lib,log,tmp} "$NODE_FILES"/{bin,deb,log}
    ln -sfn /run "$NODE_VAR/run"
    chmod 1777 "$NODE_VAR/tmp"
    mount --bind "$CACHE/bin" "$NODE_FILES/bin"
    mount --bind "$CACHE/deb" "$NODE_FILES/deb"
    mount --bind "$CLUSTER_LOGS" "$NODE_FILES/log"
    case $PROJECT in
    /var/* | /run/*) # would vanish behind the node's own
        mkdir -p "$CLUSTER_DIR/node$PROJECT"
        mount --rbind "$PROJECT" "$CLUSTER_DIR/node$PROJECT"
        ;;
    esac
    mount --rbind "$NODE_VAR" /var
    mount --rbind "$NODE_RUN" /run
    mount -t proc proc /proc
    keep_host_sysctls
    # Pods may ask for mount propagation.
    mount --make-rshared /
}

# kubelet sets a few kernel parameters that belong to the whole machine, such as a reboot on every oops.
# Here it finds files that already say what it wants.
keep_host_sysctls() {
    local name value
    mkdir -p "$NODE_FILES/sysctl"
    while read -r name value; do
        echo "$value" >"$NODE_FILES/sysctl/${name//\//.}"
        mount --bind "$NODE_FILES/sysctl/${name//\//.}" "/proc/sys/$name"
    done <<END
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END
}

make_network() {
    ip link set lo up
    wait_until 60 "the link to the host, which up.sh makes" ip link show eth0
    ip address replace "$address/30" dev eth0
    ip link set eth0 up
    # A packet to a service needs some route before iptables gives it its real destination. This one leads
    # nowhere, like everything else outside the cluster: there is no default route.
    ip link add nowhere type bridge
    ip link set nowhere up
    ip route replace "$services" dev nowhere src "$address"
    echo 1 >/proc/sys/net/ipv4/ip_forward
    # What asks a Service before kube-proxy knows it is led nowhere, and so is everything that it sends from the same
    # port for as long as the kernel remembers the try: for 120 seconds unless told otherwise.
    #
    # A load generator that opens a connection for each request uses its ports again within seconds. The kernel
    # leads a new connection from a port to the pod of the one before for as long as it remembers that. It forgets
    # one that was closed when the same port is used again, but not one that the pod has reset (as a process does that
    # ends with connections open), so that one is not remembered at all: else the new one is refused.
    local state time
    iptables --wait --table nat --list --numeric >/dev/null # the kernel tracks connections from here on
    for state in syn_sent=1 time_wait=1 close=0 fin_wait=1 close_wait=1 last_ack=1; do
        time=/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_${state%=*}
        echo "${state#*=}" >"$time"
    done
}

# keep_running NAME COMMAND…
keep_running() {
    local name=$1
    shift
    while true; do
        "$@" </dev/null >>"/run/godwit/log/$name.log" 2>&1 || true
        printf '%s %s ended and is started again\n' "$(date +%FT%T)" "$name" | tee -a "/run/godwit/log/$name.log"
        sleep 1
    done
}

# The cluster's contents don't outlive it, so that nothing has to reach the disk in time.
run_etcd() {
    keep_running etcd kube etcd --data-dir=/var/lib/etcd --unsafe-no-fsync --log-level=warn \
        --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
        --listen-peer-urls=http://127.0.0.1:2380
}

run_apiserver() {
    keep_running kube-apiserver kube kube-apiserver \
        --etcd-servers=http://127.0.0.1:2379 --advertise-address="$address" \
        --service-cluster-ip-range="$services" --allow-privileged=true \
        --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
        --tls-cert-file=$pki/kube-apiserver.crt --tls-private-key-file=$pki/kube-apiserver.key \
        --client-ca-file=$pki/ca.crt \
        --kubelet-certificate-authority=$pki/ca.crt --kubelet-preferred-address-types=InternalIP \
        --kubelet-client-certificate=$pki/kubelet-client.crt --kubelet-client-key=$pki/kubelet-client.key \
        --service-account-issuer=https://kubernetes.default.svc.cluster.local \
        --service-account-key-file=$pki/service-accounts.pub \
        --service-account-signing-key-file=$pki/service-accounts.key \
        --requestheader-client-ca-file=$pki/front-proxy-ca.crt --requestheader-allowed-names=front-proxy-client \
        --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
        --requestheader-extra-headers-prefix=X-Remote-Extra- \
        --proxy-client-cert-file=$pki/front-proxy-client.crt --proxy-client-key-file=$pki/front-proxy-client.key \
        --audit-policy-file=$config/audit-policy.yaml --audit-log-path=/run/godwit/log/audit.log \
        --audit-log-maxsize=100 --audit-log-maxbackup=3
}

run_controller_manager() {
    keep_running kube-controller-manager kube kube-controller-manager \
        --kubeconfig=$pki/kube-controller-manager.kubeconfig --leader-elect=false \
        --use-service-account-credentials=true --root-ca-file=$pki/ca.crt \
        --service-account-private-key-file=$pki/service-accounts.key \
        --cluster-signing-cert-file=$pki/ca.crt --cluster-signing-key-file=$pki/ca.key
}

run_scheduler() {
    keep_running kube-scheduler kube kube-scheduler \
        --kubeconfig=$pki/kube-scheduler.kubeconfig --leader-elect=false
}

run_proxy() { keep_running kube-proxy kube kube-proxy --config=$config/kube-proxy.yaml; }

run_containerd() { keep_running containerd containerd --config=$config/containerd.toml; }

run_kubelet() {
    # It looks at what containers use every 10 to 20 seconds unless told otherwise: too seldom for short tests.
    keep_running kubelet kube kubelet --config=$config/kubelet.yaml --kubeconfig=$pki/kubelet.kubeconfig \
        --housekeeping-interval=2s \
        --hostname-override=godwit --node-ip="$address"
}

record_pid
enter_cgroup
make_mounts
hostname godwit
make_network
export PATH=/run/godwit/deb/usr/bin:/run/godwit/deb/usr/sbin:/run/godwit/bin:$PATH
# They are all in Go: less computing for some more memory.
export GOGC=200
for component in etcd apiserver controller_manager scheduler containerd kubelet proxy; do
    "run_$component" &
done
# Being the first process also means to bury the orphans of all others, which bash does while it waits.
wait
