# shellcheck shell=bash
# Go builds that can be repeated, skipped and interrupted. To be sourced after say.sh.

# No toolchain downloads behind the user's back, and binaries that need no libc in an image.
export GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=0

# need_go: says what is missing.
need_go() { command -v go >/dev/null || die "needs Go 1.26 or newer on the PATH"; }

# alone_in DIRECTORY: waits until no other script builds there, and keeps others from it by the file descriptor 8: two at once would
# build everything twice, and into the same new files.
alone_in() {
    exec 8>"$1/.lock"
    flock --nonblock 8 || {
        say "waiting for another build in $1"
        flock 8
    }
}

# module_version DIRECTORY MODULE: the version that its go.mod settles on, with the v.
module_version() { (cd "$1" && go list -m -f '{{.Version}}' "$2"); }

# digest DIRECTORY TEXT…: of the compiler, of every file of the directory and of the texts: of all
# that decides what comes out of a build.
digest() {
    local dir=$1
    shift
    {
        go env GOVERSION GOOS GOARCH
        printf '%s\n' "$@"
        find "$dir" -type f -print0 | sort -z | xargs -0 cat
    } | sha256sum | cut -d' ' -f1
}

# go_build OUTPUT DIRECTORY PACKAGE [LDFLAGS]: a developer's machine has other things to do as well, hence nice.
go_build() {
    (cd "$2" && nice -n 10 go build -trimpath -ldflags "-s -w ${4:-}" -o "$1" "$3") || die "could not build $3"
}
