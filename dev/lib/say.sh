# shellcheck shell=bash
# How every script under dev/ speaks and waits. To be sourced.

# say TEXT…: progress, for people; goes to stderr so that a script's result can be piped.
say() { printf '%s\n' "$*" >&2; }

# die TEXT…: says what is wrong and what to do about it, and ends the script.
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# wait_until SECONDS WHAT COMMAND…: runs COMMAND until it succeeds. After SECONDS it says what was
# awaited, shows what the last attempt printed, and fails.
wait_until() {
    local seconds=$1 what=$2 last
    shift 2
    local deadline=$((SECONDS + seconds))
    until last=$("$@" 2>&1); do
        if ((SECONDS >= deadline)); then
            say "gave up after ${seconds}s waiting for ${what}; the last attempt said: ${last:-nothing}"
            return 1
        fi
        sleep 0.2
    done
}

# need COMMAND PACKAGE: installs the Debian package unless the command is there.
need() {
    command -v "$1" >/dev/null && return
    command -v apt-get >/dev/null || die "needs the command $1 (Debian package $2): please install it"
    say "installing $2 for the command $1"
    apt_get install -y --no-install-recommends "$2" || die "could not install $2: please install it by hand"
}

# apt_get ARGUMENT…: quiet and never asking; refreshes the package lists only when it fails without.
apt_get() {
    local log
    log=$(DEBIAN_FRONTEND=noninteractive apt-get -q "$@" 2>&1) && return
    DEBIAN_FRONTEND=noninteractive apt-get -q update >/dev/null 2>&1 || true
    log=$(DEBIAN_FRONTEND=noninteractive apt-get -q "$@" 2>&1) || {
        say "$log"
        return 1
    }
}
