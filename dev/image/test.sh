#!/usr/bin/env bash
# Tests that an image can be built on another one, as for a release: on its files, under the name that was asked for, as a user
# that is not root, and without this machine's C library. Needs no cluster.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. dev/lib/say.sh
need jq jq

base=$PWD/.cache/images/pause-local.tar
image=operator/target/godwit-operator.tar
# It must not be taken for the one that is installed.
trap 'rm -f "$image"' EXIT

config() { tar -xOf "$1" "$(tar -xOf "$1" manifest.json | jq -r '.[0].Config')"; }

first_layer() { config "$1" | jq -r '.rootfs.diff_ids[0]'; }

files() {
    local layer
    for layer in $(tar -xOf "$image" manifest.json | jq -r '.[0].Layers[]'); do
        tar -xOf "$image" "$layer" | tar -tz --warning=no-unknown-keyword
    done
}

dev/images/build.sh pause
dev/image.sh operator "-Dgodwit.base.image=tar://$base" -Dgodwit.image.repository=registry.example/team
files=$(files)
[[ $(first_layer "$image") == "$(first_layer "$base")" ]] || die "the image is not built on $base"
[[ $(config "$image" | jq -r .config.User) == 65532:65532 ]] || die "it has another user than 65532"
[[ $(tar -xOf "$image" manifest.json | jq -r '.[0].RepoTags[]') == registry.example/team/godwit-operator:* ]] ||
    die "it has another name than it was given"
[[ $files == *opt/java/bin/java* && $files == *app/java.options* ]] || die "it has no Java, or not what starts it"
[[ $files != *ld-linux* && $files != *libc.so* ]] || die "it has a C library beside that of its base"
say "an image is built on another one as expected"
