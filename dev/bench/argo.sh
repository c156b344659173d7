# shellcheck shell=bash
# Argo Rollouts, to compare with: on the same cluster, in a pod and with the rights that its own manifests give it, and a
# release of the same pods in each run. To be sourced by run.sh, after measure.sh.
: "${work:?}" "${CACHE:?}" "${PROJECT:?}" "${NAMESPACE:?}"
. "$PROJECT/dev/lib/go.sh"

readonly ARGO=argo-rollouts ARGO_NAMESPACE=godwit-bench-argo ARGO_LABEL=app.kubernetes.io/managed-by=godwit-bench
readonly ARGO_USER=system:serviceaccount:$ARGO_NAMESPACE:$ARGO

# argo_module FIELD: of the module that the controller is built from: Version, or Dir with its sources.
argo_module() { (cd "$PROJECT/dev/tools/$ARGO" && go mod download -json github.com/argoproj/argo-rollouts) | jq -r ".$1"; }

# argo_kustomization IMAGE: its manifests for a whole cluster, in our namespace, with a label to find them by, and an image
# that is there already.
argo_kustomization() {
    cat <<END
namespace: $ARGO_NAMESPACE
resources: [manifests/cluster-install]
labels:
- pairs: {${ARGO_LABEL/=/: }}
patches:
- target: {kind: Deployment, name: $ARGO}
  patch: |
    - {op: replace, path: /spec/template/spec/containers/0/image, value: "$1"}
    - {op: replace, path: /spec/template/spec/containers/0/imagePullPolicy, value: Never}
- target: {kind: ClusterRoleBinding, name: $ARGO}
  patch: |
    - {op: replace, path: /subjects/0/namespace, value: $ARGO_NAMESPACE}
END
}

argo_image() { # NAME:TAG
    "$PROJECT/dev/tools/build.sh" rollouts-controller
    (cd "$PROJECT/dev/images" && go run ./archive -tag "$1" -entrypoint /rollouts-controller -o "$work/$ARGO.tar" \
        "$CACHE/bin/rollouts-controller=/rollouts-controller")
    "$PROJECT/dev/cluster/load.sh" "$work/$ARGO.tar"
}

prepare_argo() {
    local image
    image=localhost/$ARGO:$(argo_module Version)
    argo_image "$image"
    remove_argo
    ! kubectl get customresourcedefinition rollouts.argoproj.io >/dev/null 2>&1 ||
        die "this cluster has Argo Rollouts already, and the benchmark brings its own: please remove that"
    mkdir "$work/$ARGO"
    cp --recursive --no-preserve=mode "$(argo_module Dir)/manifests" "$work/$ARGO"
    argo_kustomization "$image" >"$work/$ARGO/kustomization.yaml"
}

# install_argo: and the Services for its releases.
install_argo() {
    say "installing Argo Rollouts"
    kubectl create namespace "$ARGO_NAMESPACE" >/dev/null
    # Client-side apply would write the definitions into annotations, for which they are too long.
    kubectl apply --server-side --kustomize "$work/$ARGO" >/dev/null
    kubectl wait customresourcedefinitions --selector "$ARGO_LABEL" --for=condition=Established --timeout=30s >/dev/null
    kubectl rollout status "deployment/$ARGO" --namespace "$ARGO_NAMESPACE" --timeout=60s >/dev/null
    { argo_service argo; argo_service argo-preview; } | kubectl_here apply -f - >/dev/null
}

argo_is_healthy() {
    kubectl_here get rollout argo -o json |
        jq -e '.status.phase == "Healthy" and .status.observedGeneration == (.metadata.generation | tostring)'
}

remove_argo() {
    kubectl get customresourcedefinitions,clusterroles,clusterrolebindings --selector "$ARGO_LABEL" -o name | grep -q . ||
        kubectl get namespace "$ARGO_NAMESPACE" >/dev/null 2>&1 || return 0
    say "removing Argo Rollouts"
    # Rollouts go with their definition, and then their pods.
    kubectl delete customresourcedefinitions,clusterroles,clusterrolebindings --selector "$ARGO_LABEL" --timeout=90s >/dev/null &&
        kubectl delete namespace "$ARGO_NAMESPACE" --ignore-not-found --timeout=90s >/dev/null &&
        kubectl_here wait pods --selector app=argo --for=delete --timeout=60s >/dev/null
}

# rollout VERSION: the demo's Deployment as a Rollout.
rollout() {
    local strategy='{blueGreen: {activeService: argo, previewService: argo-preview, autoPromotionEnabled: true, scaleDownDelaySeconds: 1}}'
    sed -e '/^---/,$d' -e 's/podinfo\b/argo/' -e "s|localhost/.*|localhost/podinfo:$1|" \
        -e 's|^apiVersion: .*|apiVersion: argoproj.io/v1alpha1|' -e 's/^kind: .*/kind: Rollout/' \
        -e "s|^  replicas: .*|&\n  strategy: $strategy|" "$PROJECT/dev/demo/application.yaml"
}

argo_service() { # NAME
    echo ---
    sed -e '1,/^---/d' -e "s/^  name: .*/  name: $1/" -e 's/podinfo\b/argo/' "$PROJECT/dev/demo/application.yaml"
}

# start_rollout: a new one for each release, as a Migration is. Of the same one fewer events would be written each time: after a
# burst of 25 about one object the Kubernetes client drops them.
start_rollout() {
    rollout 1.0.0 | kubectl_here apply -f - >/dev/null
    wait_until 120 "the Rollout to be healthy" argo_is_healthy
}

# measure_argo: a release of the started Rollout, and its end.
measure_argo() {
    local old pods applied switched
    old=$(kubectl_here get rollout argo -o 'jsonpath={.status.stableRS}')
    pods="^argo-(?!$old-)"
    rollout 2.0.0 >"$work/rollout.yaml"
    any_moment
    applied=$EPOCHREALTIME
    kubectl_here apply -f "$work/rollout.yaml" >/dev/null
    wait_until 60 "Argo Rollouts to switch" serves_at argo "$pods" "$applied"
    switched=$(serves_at argo "$pods" "$applied")
    record_release argo-switch patch rollouts "$pods"
    requests "$(audit_time "$applied")" "$(audit_time "$switched")" "$ARGO_USER" >>"$work/argo-until-switch"
    # To its end, so that nothing of it is under way when the next measurement begins.
    kubectl_here wait pods --selector "app=argo,rollouts-pod-template-hash=$old" --for=delete --timeout=60s >/dev/null
    kubectl_here delete rollout argo --timeout=60s >/dev/null
    kubectl_here wait pods --selector app=argo --for=delete --timeout=60s >/dev/null
}
