#!/usr/bin/env bash
# Takes the local cluster of this checkout down and leaves nothing of it on the machine: no process,
# mount, namespace, network device, control group or iptables rule. What stays is its logs, in
# .cluster/log*, and what was built, in .cache.
#
# Safe to repeat, and at any moment: also after an interrupted up.sh or when parts of the cluster have died.
# It ends only processes that the cluster started: the node's first process, if it still is the one that
# was recorded, and what is in the cluster's own control group.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$here/../..
. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/lib/cluster.sh"

cgroups() {
    local root
    for root in $(cgroup_roots); do
        [[ ! -d $root/$CLUSTER_NAME ]] || find "$root/$CLUSTER_NAME" -depth -type d
    done
}

# end_processes: succeeds once the control groups are empty and gone. A killed process takes a moment
# to leave its group, so this is tried until it succeeds.
end_processes() {
    local group pid
    for group in $(cgroups); do
        while read -r pid; do
            # Zero is a process of some other PID namespace.
            ((pid == 0)) || kill -KILL "$pid" 2>/dev/null || true
        done <"$group/cgroup.procs"
        rmdir "$group" || return 1
    done
}

main() {
    require_root
    # up.sh holds the lock when it clears up before a start.
    [[ ${1:-} == --locked ]] || lock_cluster
    local pid
    # The kernel ends everything else in the node's PID namespace with its first process, and the
    # namespaces with the last.
    if pid=$(node_pid); then
        say "taking down the cluster $CLUSTER_NAME"
        kill -KILL "$pid"
    fi
    wait_until 60 "the cluster's processes to end" end_processes ||
        die "processes of $CLUSTER_NAME can't be ended: see the control groups of that name in /sys/fs/cgroup"
    # Gone with the network namespace, unless somebody outside still holds that.
    ip link delete "$CLUSTER_VETH" 2>/dev/null || true
    # The mounts were only ever visible to the node; should one be left, it is not to be emptied.
    rm -rf --one-file-system "$CLUSTER_DIR/node" "$CLUSTER_DIR/node.pid" "$KUBECONFIG_FILE"
}

main "$@"
