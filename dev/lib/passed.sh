# shellcheck shell=bash
# Remembers which tests have passed on which files, so that they need not run again before one of those has changed. To be
# sourced, in the folder that git knows and the tests are about; for tests that depend on nothing but its files.

readonly PASSED=.cache/passed

# state_of_files FILE…: a fingerprint of all files that are or could be committed, and of these. Fails where git doesn't know them.
state_of_files() {
    git rev-parse --is-inside-work-tree >/dev/null 2>&1 || return
    # One that was removed is told of as such: that is another state, too.
    {
        git ls-files -z --cached --others --exclude-standard
        printf '%s\0' "$@"
    } | { xargs -0 sha256sum 2>&1 || true; } | sha256sum
}

# has_passed NAME STATE: whether it has passed in that state, which is known.
has_passed() { [[ $2 && -r $PASSED/$1 && $(<"$PASSED/$1") == "$2" ]]; }

# note_passed NAME STATE: remembers that it has passed in that state, if that is known.
note_passed() {
    [[ $2 ]] || return 0
    mkdir -p "$(dirname "$PASSED/$1")"
    printf '%s' "$2" >"$PASSED/$1"
}

# passed_in STATE FOLDER: those of the names FOLDER/NAME that have passed in that state, a line each, without the folder.
passed_in() {
    local name
    for name in "$PASSED/$2"/*; do
        name=${name##*/}
        ! has_passed "$2/$name" "$1" || echo "$name"
    done
}
