#!/usr/bin/env bash
# Builds the development tools into .cache/bin, from source and at the versions that the go.mod files
# beside this script name (and dev/cluster/kube/go.mod for Kubernetes).
#
#   dev/tools/build.sh [NAME…]      names: kube kubectl helm kubeconform vegeta users coredns podinfo rollouts-controller
#
# Without a name it builds them all but for the last one, which only the benchmark needs. What is already there
# at the right version is skipped, so that a second run takes a moment; an interrupted run leaves nothing
# half-built behind.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/dev/lib/say.sh"
. "$root/dev/lib/go.sh"

bin=$root/.cache/bin
all=(kube kubectl helm kubeconform vegeta users coredns podinfo)
known=("${all[@]}" rollouts-controller)

# build NAME DIRECTORY PACKAGE [LDFLAGS]
build() {
    local name=$1 dir=$2 want started
    shift
    want=$(digest "$dir" "$@")
    [[ -x $bin/$name && $(cat "$bin/.$name.stamp" 2>/dev/null) == "$want" ]] && return
    say "building $name"
    started=$SECONDS
    go_build "$bin/.$name.new" "$@"
    mv "$bin/.$name.new" "$bin/$name"
    printf '%s\n' "$want" >"$bin/.$name.stamp"
    say "built $name in $((SECONDS - started))s"
}

build_kube() {
    local dir=$root/dev/cluster/kube version major minor package flags=
    version=$(module_version "$dir" k8s.io/kubernetes)
    IFS=. read -r major minor _ <<<"${version#v}"
    for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
        flags+=" -X $package.gitVersion=$version -X $package.gitMajor=$major -X $package.gitMinor=$minor"
        flags+=" -X $package.gitTreeState=clean"
    done
    build kube "$dir" . "$flags"
}

build_kubectl() {
    build_kube
    # The binary goes by the name that it is called by.
    ln -sfn kube "$bin/kubectl"
}

build_helm() {
    build helm "$here/helm" helm.sh/helm/v4/cmd/helm \
        "-X helm.sh/helm/v4/internal/version.version=$(module_version "$here/helm" helm.sh/helm/v4)"
}

build_kubeconform() {
    build kubeconform "$here/kubeconform" github.com/yannh/kubeconform/cmd/kubeconform \
        "-X main.version=$(module_version "$here/kubeconform" github.com/yannh/kubeconform)"
}

build_vegeta() {
    build vegeta "$here/vegeta" github.com/tsenart/vegeta/v12 \
        "-X main.Version=$(module_version "$here/vegeta" github.com/tsenart/vegeta/v12)"
}

# Vegeta as the end-to-end tests use it.
build_users() { build users "$here/vegeta" ./users; }

build_coredns() { build coredns "$here/coredns" github.com/coredns/coredns; }

build_podinfo() { build podinfo "$here/podinfo" github.com/stefanprodan/podinfo/cmd/podinfo; }

build_rollouts_controller() {
    build rollouts-controller "$here/argo-rollouts" github.com/argoproj/argo-rollouts/cmd/rollouts-controller
}

main() {
    need_go
    mkdir -p "$bin"
    alone_in "$bin"
    local name
    for name in "${@:-"${all[@]}"}"; do
        [[ " ${known[*]} " == *" $name "* ]] || die "no tool is called $name; there are: ${known[*]}"
        "build_${name//-/_}" 8>&-
    done
}

main "$@"
