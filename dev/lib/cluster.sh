# shellcheck shell=bash
# shellcheck disable=SC2034  # the names are for the scripts that source this
# Which cluster belongs to this checkout, where it keeps things, and whether it runs. To be sourced
# after say.sh, with PROJECT set to the project's root.
#
# Everything that the cluster has outside its own namespaces is named after a hash of the project's
# path: a control group, a network device and a subnet. So clusters of several checkouts run side by side.

PROJECT=$(cd "$PROJECT" && pwd -P)
CACHE=$PROJECT/.cache
CLUSTER_DIR=$PROJECT/.cluster
CLUSTER_ID=$(printf %s "$PROJECT" | sha256sum | cut -c1-6)
CLUSTER_NAME=godwit-$CLUSTER_ID
CLUSTER_VETH=gw$CLUSTER_ID
CLUSTER_LOGS=$CLUSTER_DIR/log
# The node's own /run and /var; see node.sh.
NODE_RUN=$CLUSTER_DIR/node/run
NODE_VAR=$CLUSTER_DIR/node/var
NODE_FILES=$NODE_RUN/godwit
KUBECONFIG_FILE=$CLUSTER_DIR/kubeconfig

# require_root: the scripts that make or enter the cluster's namespaces start with this.
require_root() {
    [[ $(uname -s) == Linux ]] ||
        die "the local cluster needs Linux, and this is $(uname -s). To use the cluster that kubectl points at: CLUSTER=current"
    [[ $(id -u) == 0 ]] ||
        die "the local cluster needs root (it makes namespaces and mounts). Run as root, or use the cluster that kubectl points at: CLUSTER=current"
}

# lock_cluster: one up or down at a time for each checkout. Whatever outlives the script must close fd 9.
lock_cluster() {
    mkdir -p "$CLUSTER_DIR"
    exec 9>"$CLUSTER_DIR/lock"
    flock -n 9 || {
        say "waiting for another up or down of this cluster to end"
        flock -w 1200 9 || die "another up or down of this cluster has been running for 20 minutes"
    }
}

# process_start PID: when it started, in ticks since boot. With the PID, it names a process for good.
process_start() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # What follows the command's name (which may hold spaces) begins with field 3, the state.
    read -ra stat <<<"${stat##*) }"
    [[ ${stat[0]} != Z ]] && printf '%s\n' "${stat[19]}"
}

# node_pid: the host's PID of the cluster's first process; fails unless that very process is alive.
node_pid() {
    local pid start
    [[ -r $CLUSTER_DIR/node.pid ]] || return 1
    read -r pid start <"$CLUSTER_DIR/node.pid"
    # A killed one waits for all processes of its namespace to end, but has left its network by then.
    [[ $(process_start "$pid") == "$start" ]] && readlink "/proc/$pid/ns/net" >/dev/null && printf '%s\n' "$pid"
}

# component_pid NAME: the host's PID of etcd, kube-apiserver, kubelet, containerd and so on; fails when it isn't running.
component_pid() { pgrep --ns "$(node_pid)" --nslist pid --full --oldest "^(kube )?$1 "; }

# in_node COMMAND…: runs it with the node's mounts, network and processes.
in_node() {
    local pid
    pid=$(node_pid) || die "the local cluster is not running; start it with dev/cluster/up.sh"
    nsenter --target "$pid" --mount --net --uts --pid --wd=/ -- env PATH="/run/godwit/deb/usr/bin:/run/godwit/deb/usr/sbin:/run/godwit/bin:$PATH" "$@" 9>&-
}

# cluster_kubectl ARGUMENT…: kubectl as the administrator of this cluster, whatever KUBECONFIG says.
cluster_kubectl() { "$CACHE/bin/kubectl" --kubeconfig="$KUBECONFIG_FILE" "$@"; }

# cgroup_roots: the root of every control group hierarchy: one under cgroup v2, one a controller under v1.
cgroup_roots() {
    local dir
    if [[ -e /sys/fs/cgroup/cgroup.procs ]]; then
        echo /sys/fs/cgroup
    else
        for dir in /sys/fs/cgroup/*/; do
            # cpu and cpuacct are often one hierarchy with links to it.
            [[ -e $dir/cgroup.procs && ! -L ${dir%/} ]] && echo "${dir%/}"
        done
    fi
}
