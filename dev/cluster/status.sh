#!/usr/bin/env bash
# Says how the local cluster of this checkout is: its address, its components, its node and what runs on it.
# Succeeds only when the cluster runs and its node is Ready.
set -euo pipefail
PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$PROJECT/dev/lib/say.sh"
. "$PROJECT/dev/lib/cluster.sh"

require_root
if ! pid=$(node_pid); then
    echo "$CLUSTER_NAME is down; start it with dev/cluster/up.sh"
    exit 1
fi
read -r node_address host_address <"$NODE_FILES/addresses"
cat <<END
$CLUSTER_NAME is up, under process $pid
  API server  https://$node_address:6443 (this machine is $host_address to it)
  KUBECONFIG  $KUBECONFIG_FILE
  logs        $CLUSTER_LOGS

END
for component in etcd kube-apiserver kube-controller-manager kube-scheduler containerd kubelet kube-proxy; do
    # A component's log holds a line for each time that it had to be started again.
    ended=$(grep -c " $component ended and is started again$" "$CLUSTER_LOGS/$component.log" || true)
    running=$(component_pid "$component" || echo "not running")
    printf '  %-24s process %-12s ended %s times\n' "$component" "$running" "$ended"
done
echo
cluster_kubectl get nodes --request-timeout=5s
echo
cluster_kubectl get pods --all-namespaces --request-timeout=5s
[[ $(cluster_kubectl get node godwit --request-timeout=5s \
    -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
