# Dumps a database into a directory, and says in the end what came of it: one line of JSON. It comes after postgresql.sh.
#
#   GODWIT_DUMPS     directory of the dumps; it is made where it is not there
#   GODWIT_PREFIX    what the names of all dumps in it begin with
#   GODWIT_FILE      name of the dump: GODWIT_PREFIX-….dump
#   GODWIT_KEEP      how many dumps are kept, this one counted
#   GODWIT_ONCE      what is in the database changes after the first dump: one that is there stays
#   GODWIT_POD       what tells this run of the script from another that may still be at work
export PGAPPNAME=godwit-backup
partial=''
: "${GODWIT_ONCE:=}"
child=''

# An older pod of the same run, if one is still at work, loses its file: it can't take the name of the dump any more.
clear_partial() {
  for old in "$GODWIT_PREFIX"-*.partial; do
    rm -f -- "$old"
  done
}

# In the background, so that the end of the pod is heard.
dump() {
  set -- --format=custom --no-password --file="$partial" ${address:+"--dbname=$address"}
  pg_dump "$@" &
  child=$!
  wait "$child" || fail "pg_dump failed"
  child=''
}

end_dump() {
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null || :
    wait "$child" || :
  fi
}

# verify FILE
verify() {
  [ -s "$1" ] || fail "pg_dump has written nothing"
  list=$(pg_restore --list "$1") || fail "pg_restore can't read the dump"
  [ -n "$list" ] || fail "pg_restore finds nothing in the dump"
  entries=$(printf '%s\n' "$list" | count)
  bytes=$(($(wc -c <"$1")))
}

# A pod that comes late would replace it by what is there now.
stays() { [ -n "$GODWIT_ONCE" ] && [ -e "$GODWIT_FILE" ]; }

# count: how many lines begin with a digit, as entries do; what is said of the dump itself begins with a semicolon
count() {
  counted=0
  while IFS= read -r line; do
    case $line in
      [0-9]*) counted=$((counted + 1)) ;;
    esac
  done
  printf '%s' "$counted"
}

# Of the others the newest ones stay. That they can't be removed makes the new one no worse.
remove_old() {
  kept=1
  ls -t -- "$GODWIT_PREFIX"-*.dump | while IFS= read -r old; do
    [ "$old" != "$GODWIT_FILE" ] || continue
    kept=$((kept + 1))
    [ "$kept" -le "$GODWIT_KEEP" ] || rm -f -- "$old" || printf '%s\n' "$old could not be removed" >&2
  done
}

trap '[ -z "$partial" ] || rm -f -- "$partial" || :' EXIT
trap 'end_dump; exit 143' TERM INT

find_programs pg_dump pg_restore
connect
mkdir -p -- "$GODWIT_DUMPS"
cd "$GODWIT_DUMPS"
if ! stays; then
  clear_partial
  partial=$GODWIT_FILE.$GODWIT_POD.partial
  dump
  verify "$partial"
  stays || mv -f -- "$partial" "$GODWIT_FILE"
  rm -f -- "$partial"
fi
verify "$GODWIT_FILE"
remove_old
printf '{"outcome":"dumped","file":"%s","bytes":%s,"entries":%s}\n' "$GODWIT_FILE" "$bytes" "$entries" >"$GODWIT_REPORT"
