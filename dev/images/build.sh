#!/usr/bin/env bash
# Makes the images of the local cluster and its tests, as docker-archive tars in .cache/images, without
# any container engine.
#
#   dev/images/build.sh [NAME…]     names: pause coredns podinfo brittle worker load smoke copy prometheus targets
#
#   pause     localhost/pause:local      what a pod's namespaces hang on
#   coredns   localhost/coredns:local    the cluster's DNS
#   podinfo   localhost/podinfo:1.0.0, 2.0.0 and 3.0.0: the well-behaved demo application, which reports its version
#   brittle   localhost/brittle:1.0.0, 2.0.0 and 3.0.0: as good, until SIGTERM, on which it dies in the middle of requests
#   worker    localhost/worker:1.0.0, 2.0.0 and 3.0.0: as good, and needs as much of everything as its flags say
#   load      localhost/load:local       vegeta, for load from inside a pod
#   smoke     localhost/smoke:local      a test that a Job runs: asks an address for a text
#   copy      localhost/copy:local       copies a directory: the backup and the restore of the examples and tests
#   prometheus localhost/prometheus:local  Debian's Prometheus, which the tests measure by
#   targets   localhost/targets:local    tells that Prometheus what there is to scrape
#
# Without a name it makes them all. What is up to date is skipped. All run as user 65532.
# A file is called NAME-TAG.tar. Load it with dev/cluster/load.sh, or into kind with `kind load image-archive`.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/dev/lib/say.sh"
. "$root/dev/lib/go.sh"
. "$root/dev/lib/deb.sh"

images=$root/.cache/images
tools=$root/dev/tools
all=(pause coredns podinfo brittle worker load smoke copy prometheus targets)
versions=(1.0.0 2.0.0 3.0.0)

# image NAME TAG DIRECTORY PACKAGE [LDFLAGS]: one program, /NAME, in an image localhost/NAME:TAG.
image() {
    local name=$1 tag=$2 dir=$3 want
    shift 2
    want=$(GOOS=linux digest "$dir" "$@" "$(cat "$here/archive/main.go")")
    is_there "$name" "$tag" "$want" && return
    say "making the image localhost/$name:$tag"
    GOOS=linux go_build "$work/$name" "$@"
    pack "$name" "$tag" "$want" "$work/$name=/$name"
}

# is_there NAME TAG DIGEST: whether the image is, made of that.
is_there() { [[ -e $images/$1-$2.tar && $(cat "$images/.$1-$2.stamp" 2>/dev/null) == "$3" ]]; }

# pack NAME TAG DIGEST SOURCE=TARGET…: an image of these files, which starts /NAME.
pack() {
    local name=$1 tag=$2 want=$3
    shift 3
    (cd "$here" && go run ./archive -tag "localhost/$name:$tag" -entrypoint "/$name" -o "$images/$name-$tag.tar" "$@")
    printf '%s\n' "$want" >"$images/.$name-$tag.stamp"
}

make_pause() { image pause local "$here" ./pause; }

make_coredns() { image coredns local "$tools/coredns" github.com/coredns/coredns; }

make_podinfo() {
    local version
    for version in "${versions[@]}"; do
        image podinfo "$version" "$tools/podinfo" github.com/stefanprodan/podinfo/cmd/podinfo \
            "-X github.com/stefanprodan/podinfo/pkg/version.VERSION=$version"
    done
}

make_brittle() {
    local version
    for version in "${versions[@]}"; do
        image brittle "$version" "$here" ./brittle "-X main.version=$version"
    done
}

make_worker() {
    local version
    for version in "${versions[@]}"; do
        image worker "$version" "$here" ./worker "-X main.version=$version"
    done
}

make_smoke() { image smoke local "$here" ./smoke; }

make_copy() { image copy local "$here" ./copy; }

make_targets() { image targets local "$here" ./targets; }

make_load() { image load "local" "$tools/vegeta" github.com/tsenart/vegeta/v12; }

# Debian links it with the C library: that of this machine goes with it.
make_prometheus() {
    local directory=$root/.cache/prometheus program want library
    local -a files
    unpack_debs "$directory" prometheus || die "the tests that measure need Prometheus"
    program=$directory/usr/bin/prometheus
    files=("$program=/prometheus")
    while read -r library; do files+=("$library=$library"); done < <(ldd "$program" | grep -o '/[^ ]*')
    want=$(cat "${files[@]%%=*}" "$here/archive/main.go" | sha256sum | cut -d' ' -f1)
    is_there prometheus local "$want" && return
    say "making the image localhost/prometheus:local"
    pack prometheus local "$want" "${files[@]}"
}

main() {
    need_go
    mkdir -p "$images"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    local name
    for name in "${@:-"${all[@]}"}"; do
        [[ " ${all[*]} " == *" $name "* ]] || die "no image is called $name; there are: ${all[*]}"
        "make_$name"
    done
}

main "$@"
