#!/usr/bin/env bash
# Runs a command against the project's cluster: the local one, or with CLUSTER=current the one that
# kubectl's current context points at.
#
#   dev/kube.sh up | down        starts or stops the local cluster; with CLUSTER=current only looks for it
#   dev/kube.sh load FILE.tar    puts an image into the local cluster
#   dev/kube.sh COMMAND…         runs kubectl, helm, a script…, with KUBECONFIG set and the project's tools
#                                on the PATH
set -euo pipefail
PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

die() {
  printf 'dev/kube.sh: %s\n' "$*" >&2
  exit 1
}

# need_tool NAME COMMAND: builds the tool of that name unless the command is there.
need_tool() {
  case $1 in kubectl | helm) command -v "$2" >/dev/null || "$PROJECT/dev/tools/build.sh" "$1" >&2 ;; esac
}

use_local() {
  case ${1:-} in
    up) exec "$PROJECT/dev/cluster/up.sh" ;;
    down) exec "$PROJECT/dev/cluster/down.sh" ;;
    load) exec "$PROJECT/dev/cluster/load.sh" "$2" ;;
  esac
  [[ -r $PROJECT/.cluster/kubeconfig ]] || die "there is no local cluster; start it with: make cluster"
  need_tool "$1" "$PROJECT/.cache/bin/$1"
  export KUBECONFIG=$PROJECT/.cluster/kubeconfig PATH="$PROJECT/.cache/bin:$PATH"
  exec "$@"
}

use_current() {
  # The user's own kubectl knows the user's own ways to log in; the project's is the fallback.
  PATH="$PATH:$PROJECT/.cache/bin"
  case ${1:-} in
    up) exec kubectl version ;;
    down) die "CLUSTER=current is not this project's to stop" ;;
    load)
      die "cannot load $2 into somebody else's cluster: push it to a registry that the cluster can pull from," \
        "and set GODWIT_IMAGE to its name there"
      ;;
  esac
  need_tool "$1" "$1"
  exec "$@"
}

(($# > 0)) || die "usage: dev/kube.sh up|down|load FILE|COMMAND…"
case ${CLUSTER:-local} in
  local) use_local "$@" ;;
  current) use_current "$@" ;;
  *) die "CLUSTER=$CLUSTER: it is local or current" ;;
esac
