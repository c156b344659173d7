#!/usr/bin/env bash
# Installs the operator by its chart, or brings an installed one up to date, and waits until it is ready.
#
#   dev/install.sh [HELM ARGUMENT…]      such as --set watch.namespaces={shop}
#
# GODWIT_RUNNER_IMAGE  the same for the runner, which compares versions under load (with GODWIT_IMAGE and without this
#                   nothing can be compared)
# GODWIT_IMAGE      name of an image that the cluster can pull, NAME:TAG (default: dev/image.sh builds one,
#                   which is loaded into the local cluster)
# GODWIT_NAMESPACE  where to install it (default godwit-system)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly TAR=operator/target/godwit-operator.tar RUNNER_TAR=runner/target/godwit-runner.tar
readonly NAMESPACE=${GODWIT_NAMESPACE:-godwit-system}
arguments=()

if [[ -n ${GODWIT_IMAGE:-} ]]; then
  runner=${GODWIT_RUNNER_IMAGE:-}
  arguments+=(--set-string "image.repository=${GODWIT_IMAGE%:*},image.tag=${GODWIT_IMAGE##*:}")
  arguments+=(--set-string "runner.image.repository=${runner%:*},runner.image.tag=${runner##*:}")
else
  # First, because it fails at once, and says how to go on, on a cluster that is not ours.
  [[ ${CLUSTER:-local} == local ]] || dev/kube.sh load "$TAR"
  dev/kube.sh up
  dev/image.sh operator runner
  dev/kube.sh load "$TAR"
  dev/kube.sh load "$RUNNER_TAR"
  # The tag stays the same from build to build: without a changed pod template nothing would restart.
  arguments+=(--set-string "podAnnotations.godwit\.dev/image-checksum=$(sha256sum "$TAR" | cut -c1-16)")
fi

# What the tests and examples measure by: dev/cluster/prometheus.yaml.
if [[ ${CLUSTER:-local} == local ]]; then
  arguments+=(--set-string "prometheus.allowed[0].url=http://prometheus.monitoring:9090")
  arguments+=(--set-string "prometheus.allowed[1].url=http://prometheus.monitoring-2:9090")
fi

# On a cluster of somebody else's that is up to them.
if [[ ${CLUSTER:-local} == local ]]; then
  dev/kube.sh kubectl create namespace "$NAMESPACE" --dry-run=client --output=yaml | dev/kube.sh kubectl apply -f - >/dev/null
  dev/kube.sh kubectl label namespace "$NAMESPACE" --overwrite pod-security.kubernetes.io/enforce=restricted >/dev/null
fi

dev/kube.sh helm upgrade --install godwit helm/godwit \
  --namespace "$NAMESPACE" --create-namespace --wait --timeout 3m "${arguments[@]}" "$@"
