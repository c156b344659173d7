#!/usr/bin/env bash
# Runs a command with this machine's files but the local cluster's network and DNS:
#
#   dev/cluster/exec.sh COMMAND…
#   echo "GET http://podinfo.default:9898/" | dev/cluster/exec.sh .cache/bin/vegeta attack -rate 100 -duration 5s
#
# It reaches the addresses of pods, Services and the node, and nothing outside. Names are resolved as in a pod of the
# namespace default. The command is part of the cluster: taking that down ends it.
set -euo pipefail
PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/lib/cluster.sh"

require_root
(($# > 0)) || die "usage: exec.sh COMMAND…"
node=$(node_pid) || die "the local cluster is not running; start it with dev/cluster/up.sh"
for root in $(cgroup_roots); do
    echo 0 >"$root/$CLUSTER_NAME/node/cgroup.procs"
done
# The mount is seen by the command alone and goes with it.
# shellcheck disable=SC2016  # expanded by the inner shell
exec nsenter --target "$node" --net -- unshare --mount -- bash -c '
    mount --bind "$0" /etc/resolv.conf || exit
    exec "$@"' "$NODE_FILES/resolv.conf" "$@"
