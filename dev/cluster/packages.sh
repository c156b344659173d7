#!/usr/bin/env bash
# Fetches containerd, runc and the CNI plugins from the Debian (or Ubuntu) archive and unpacks them into
# .cache/deb. Nothing is installed and no service is started, so that the machine's own
# containers, if it has any, are left alone. What is there already is not fetched again.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/dev/lib/say.sh"

packages=(containerd runc containernetworking-plugins)
target=$root/.cache/deb

main() {
    [[ -e $target/.complete ]] && return
    command -v apt-get >/dev/null ||
        die "the local cluster takes ${packages[*]} from Debian's or Ubuntu's archive, and there is no apt-get here. To use the cluster that kubectl points at: CLUSTER=current"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # apt's downloads run as a user of its own, who must be able to write here.
    chmod 777 "$work"
    say "fetching ${packages[*]}"
    (cd "$work" && apt_get download "${packages[@]}") || die "could not fetch ${packages[*]}"
    mkdir -p "$root/.cache"
    local deb
    for deb in "$work"/*.deb; do
        dpkg-deb -x "$deb" "$work/unpacked"
    done
    touch "$work/unpacked/.complete"
    rm -rf "$target"
    mv "$work/unpacked" "$target"
}

main
