#!/usr/bin/env bash
# Makes the images of the local cluster and its tests, as docker-archive tars in .cache/images, without
# any container engine.
#
#   dev/images/build.sh [NAME…]     names: pause coredns podinfo brittle worker load smoke copy rclone prometheus targets database
#
#   pause     localhost/pause:local      what a pod's namespaces hang on
#   coredns   localhost/coredns:local    the cluster's DNS
#   podinfo   localhost/podinfo:1.0.0, 2.0.0 and 3.0.0: the well-behaved demo application, which reports its version
#   brittle   localhost/brittle:1.0.0, 2.0.0 and 3.0.0: as good, until SIGTERM, on which it dies in the middle of requests
#   worker    localhost/worker:1.0.0, 2.0.0 and 3.0.0: as good, and needs as much of everything as its flags say
#   load      localhost/load:local       vegeta, for load from inside a pod
#   smoke     localhost/smoke:local      a test that a Job runs: asks an address for a text
#   copy      localhost/copy:local       copies a directory: the backup and the restore of the examples and tests
#   rclone    localhost/rclone:local     rclone, which copies a backup to a bucket, and serves the bucket
#   prometheus localhost/prometheus:local  Debian's Prometheus, which the tests measure by
#   targets   localhost/targets:local    tells that Prometheus what there is to scrape
#   database  localhost/database:local   Debian's PostgreSQL, which the tests ask about their data
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
all=(pause coredns podinfo brittle worker load smoke copy rclone prometheus targets database)
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

make_rclone() { image rclone local "$tools/rclone" .; }

make_load() { image load "local" "$tools/vegeta" github.com/tsenart/vegeta/v12; }

# Debian links it with the C library: that of this machine goes with it.
make_prometheus() {
    local directory=$root/.cache/prometheus program want
    local -a files
    unpack_debs "$directory" prometheus || die "the tests that measure need Prometheus"
    program=$directory/usr/bin/prometheus
    files=("$program=/prometheus")
    mapfile -O 1 -t files < <(libraries "$program")
    want=$(digest_of "${files[@]}")
    is_there prometheus local "$want" && return
    say "making the image localhost/prometheus:local"
    pack prometheus local "$want" "${files[@]}"
}

# With what it is linked with, since a machine need not have that; and with a shell and a name for its user, which initdb asks for.
make_database() {
    local directory=$root/.cache/postgresql want program file
    # What the script of a backup calls.
    local -a files programs commands=(/bin/{sh,cat,ls,mkdir,mv,rm,wc})
    unpack_debs "$directory" postgresql-15 postgresql-client-15 libpq5 libxml2 libicu72 libldap-2.5-0 libsasl2-2 liblz4-1 \
        libzstd1 liblzma5 libssl3 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 libreadline8 ||
        die "the tests that ask a database need PostgreSQL"
    programs=("$directory"/usr/lib/postgresql/15/bin/{postgres,initdb,psql,pg_dump,pg_restore})
    for file in "${programs[@]}" "$directory"/usr/lib/postgresql/15/lib/{plpgsql,dict_snowball}.so; do
        files+=("$file=${file#"$directory"}")
    done
    while read -r file; do files+=("$file=${file#"$directory"}"); done < <(
        find "$directory/usr/share/postgresql/15" -type f -not -path '*/man/*')
    mapfile -O "${#files[@]}" -t files < <(
        for program in "${programs[@]}" "${commands[@]}"; do libraries "$program" "$directory"; done | sort -u)
    printf 'nobody:x:65532:65532::/:/bin/sh\n' >"$work/passwd"
    for program in "${commands[@]}"; do files+=("$(readlink -f "$program")=$program"); done
    files+=("$work/passwd=/etc/passwd")
    want=$(digest_of "${files[@]}" "$here/database/main.go=")
    is_there database local "$want" && return
    say "making the image localhost/database:local"
    GOOS=linux go_build "$work/database" "$here" ./database
    pack database local "$want" "$work/database=/database" "${files[@]}"
}

# libraries PROGRAM [DIRECTORY]: the C library and the others that a program is linked with, as SOURCE=TARGET; those that a package has
# brought into DIRECTORY come from there.
libraries() {
    local library
    while read -r library; do
        printf '%s=%s\n' "$library" "${library#"${2:-}"}"
    done < <(LD_LIBRARY_PATH=${2:+$2/usr/lib/$(uname -m)-linux-gnu:$2/lib/$(uname -m)-linux-gnu} ldd "$1" | grep -o '/[^ ]*')
}

# digest_of SOURCE=TARGET…
digest_of() { cat "${@%%=*}" "$here/archive/main.go" | sha256sum | cut -d' ' -f1; }

main() {
    need_go
    mkdir -p "$images"
    alone_in "$images"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    local name
    for name in "${@:-"${all[@]}"}"; do
        [[ " ${all[*]} " == *" $name "* ]] || die "no image is called $name; there are: ${all[*]}"
        "make_$name" 8>&-
    done
}

main "$@"
