#!/usr/bin/env bash
# Loads images into the local cluster's containerd, from docker-archive tars:
#
#   dev/cluster/load.sh FILE.tar…
#
# Pods find them by the names in the archive, with imagePullPolicy Never or IfNotPresent.
set -euo pipefail
PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/lib/cluster.sh"

require_root
(($# > 0)) || die "usage: load.sh FILE.tar…"
for file in "$@"; do
    [[ -r $file ]] || die "can't read $file; the project's own images are made by dev/images/build.sh"
    # Through standard input, as the node does not see all of the host's files.
    in_node ctr --namespace k8s.io images import - <"$file" >/dev/null || die "could not load $file"
    say "loaded $file"
done
