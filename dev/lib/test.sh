#!/usr/bin/env bash
# Tests what the scripts share: that tests are left out on the very same files only; and what is said where the local cluster
# can't run.
set -euo pipefail
lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d) tool=$(mktemp)
trap 'rm -rf "$folder" "$tool"' EXIT
cd "$folder"
. "$lib/passed.sh"

die() {
    echo "dev/lib/test.sh: $*" >&2
    exit 1
}

# changes WHAT COMMAND…: after the command the state is another one.
changes() {
    local before after
    before=$(state_of_files "$tool")
    "${@:2}"
    after=$(state_of_files "$tool")
    [[ $before != "$after" ]] || die "$1 is not noticed"
}

write() { echo "$2" >"$1"; }

write "$tool" 1
! state_of_files "$tool" || die "there is a state without git"
has_passed unit "" && die "something has passed in no state"
note_passed unit ""
[[ ! -e .cache ]] || die "it is noted what passed in no state"

git init --quiet
write .gitignore .cache
write one 1
git add one
state=$(state_of_files "$tool")
! has_passed unit "$state" || die "it has passed before it ran"
note_passed unit "$state"
has_passed unit "$(state_of_files "$tool")" || die "the same files are another state"
! has_passed chart "$state" || die "what has passed is something else"

changes "a changed file" write one 2
! has_passed unit "$(state_of_files "$tool")" || die "it has passed on changed files"
changes "a new file" write two 2
for name in 'with a space' "with a letter of its own: $(printf '\303\274')" $'with a line\nof its own'; do
    write "$name" 1
    changes "a change of a file $name" write "$name" 2
    rm "$name"
done
changes "a changed tool" write "$tool" 2
changes "a renamed file" mv two three
changes "a removed file" rm one
write one 1
rm three
write "$tool" 1
has_passed unit "$(state_of_files "$tool")" || die "the same files again are another state"

# One by one, of many.
[[ -z $(passed_in "$state" classes) ]] || die "some have passed, of none"
note_passed classes/OneIT "$state"
note_passed classes/TwoIT "another state"
note_passed classes/ThreeIT "$state"
[[ $(passed_in "$state" classes) == $'OneIT\nThreeIT' ]] || die "of many, others have passed: $(passed_in "$state" classes)"
[[ -z $(passed_in "" classes) ]] || die "some have passed in no state"
echo "what was left out is as expected"

# says WHAT COMMAND…: the command fails, says that, and names the way out.
says() {
    local said
    ! said=$("${@:2}" 2>&1) || die "there is no failure: $1"
    [[ $said == *"$1"* && $said == *CLUSTER=current* ]] || die "it does not say \"$1\" and a way out but: $said"
}

elsewhere() (
    PROJECT=$folder
    . "$lib/say.sh"
    . "$lib/cluster.sh"
    uname() { echo "$system"; }
    id() { echo "$user"; }
    require_root
)

system=Darwin user=0 says "needs Linux, and this is Darwin" elsewhere
system=Linux user=1000 says "needs root" elsewhere
system=Linux user=0 elsewhere || die "it does not run as root on Linux"
echo "where the local cluster can't run, it is said as expected"
