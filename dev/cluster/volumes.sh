#!/usr/bin/env bash
# Makes volumes for claims, since the local cluster has nothing that provides them:
#
#   dev/cluster/volumes.sh NAMESPACE CLAIM…     such as data-store-0, the claim of a StatefulSet's pod
#
# STORAGE_CLASS names the class of the claims; without it they have none. Each is bound to the claim of that name beforehand, is empty, and can be written by every user. Those whose claims are
# gone are removed first.
set -euo pipefail
PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/lib/cluster.sh"

readonly LABEL=godwit.dev/local-volume

require_root
(($# > 1)) || die "usage: volumes.sh NAMESPACE CLAIM…"
node_pid >/dev/null || die "the local cluster is not running; start it with dev/cluster/up.sh"
namespace=$1
shift

# Not by kubectl of the PATH: this may be called by anything that has no kubeconfig.
kubectl() { "$PROJECT/dev/kube.sh" kubectl "$@"; }

for released in $(kubectl get persistentvolumes --selector "$LABEL" \
    -o 'jsonpath={range .items[?(@.status.phase=="Released")]}{.metadata.name}{"\n"}{end}'); do
    kubectl delete persistentvolume "$released" --ignore-not-found >/dev/null
    rm -rf "${NODE_VAR:?}/volumes/$released"
done

for claim in "$@"; do
    name=$namespace-$claim
    if kubectl get persistentvolume "$name" >/dev/null 2>&1; then
        kubectl delete persistentvolume "$name" --ignore-not-found >/dev/null
    fi
    rm -rf "${NODE_VAR:?}/volumes/$name"
    mkdir -p "$NODE_VAR/volumes/$name"
    chmod 0777 "$NODE_VAR/volumes/$name"
    kubectl create -f - >/dev/null <<END
apiVersion: v1
kind: PersistentVolume
metadata:
  name: $name
  labels: {$LABEL: "true"}
spec:
  capacity: {storage: 64Mi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: "${STORAGE_CLASS:-}"
  claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: $namespace, name: $claim}
  hostPath: {path: /var/volumes/$name}
END
done
