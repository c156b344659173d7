# shellcheck shell=bash
# Compares what commands print with files that are known to be right. To be sourced, with --update to write the files.

golden_update=${1:-}
golden_failed=0
[[ -z $golden_update || $golden_update == --update ]] || {
    echo "usage: ${0##*/} [--update]" >&2
    exit 2
}

# golden FILE COMMAND…
golden() {
    local file=$1 printed
    shift
    printed=$("$@"; echo .) || printed="the command failed: $*
."
    if [[ $golden_update == --update ]]; then
        printf %s "${printed%.}" >"$file"
    elif ! printf %s "${printed%.}" | diff -u --label "$file (expected)" --label printed "$file" -; then
        golden_failed=$((golden_failed + 1))
    fi
}

# golden_verdict WHAT: says how it went; the last command of the script.
golden_verdict() {
    ((golden_failed == 0)) || {
        echo "$golden_failed texts of $1 are not as expected" >&2
        return 1
    }
    echo "all texts of $1 are as expected"
}
