# shellcheck shell=bash
# Programs from the Debian (or Ubuntu) archive, without installing anything. To be sourced after say.sh.

# unpack_debs DIRECTORY PACKAGE…: the packages' files, without what they depend on. No service is started,
# so that the machine's own, if it has any, are left alone. What is there already is not fetched again.
unpack_debs() {
    local target=$1 work deb
    shift
    [[ -e $target/.complete ]] && return
    command -v apt-get >/dev/null || {
        say "$* would be taken from Debian's or Ubuntu's archive, and there is no apt-get here"
        return 1
    }
    work=$(mktemp -d)
    # apt's downloads run as a user of its own, who must be able to write here.
    chmod 777 "$work"
    say "fetching $*"
    (cd "$work" && apt_get download "$@") || die "could not fetch $*"
    mkdir -p "$(dirname "$target")"
    for deb in "$work"/*.deb; do
        dpkg-deb -x "$deb" "$work/unpacked"
    done
    touch "$work/unpacked/.complete"
    rm -rf "$target"
    mv "$work/unpacked" "$target"
    rm -rf "$work"
}
