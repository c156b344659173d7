#!/usr/bin/env bash
# Fetches containerd, runc and the CNI plugins from the Debian (or Ubuntu) archive and unpacks them into
# .cache/deb. Nothing is installed: the machine's own containers, if it has any, are left alone.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/dev/lib/say.sh"
. "$root/dev/lib/deb.sh"

unpack_debs "$root/.cache/deb" containerd runc containernetworking-plugins ||
    die "the local cluster needs these packages. To use the cluster that kubectl points at: CLUSTER=current"
