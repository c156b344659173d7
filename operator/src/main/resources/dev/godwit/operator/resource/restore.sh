# Replaces what is in a database by a dump of it, in one transaction, or does that once and takes it back to see whether it can.
# Says so in the end: one line of JSON. It comes after postgresql.sh.
#
#   GODWIT_DUMPS     directory of the dump
#   GODWIT_FILE      name of the dump
#   GODWIT_RUN       the run whose dump it is
#   GODWIT_BEFORE    SQL that comes before the dump
#   GODWIT_AFTER     SQL that comes after it
#   GODWIT_END       how the transaction ends: commit or rollback
#   GODWIT_WORK      directory for what is needed meanwhile
export PGAPPNAME=godwit-restore
child=''
restored="the dump is restored: $GODWIT_RUN $GODWIT_END"

end_restoration() {
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null || :
    wait "$child" || :
  fi
}

# What belongs to extensions, and the schema public, may be somebody else's: both stay as they are.
list_entries() {
  pg_restore --list "$GODWIT_FILE" >"$GODWIT_WORK/all" || fail "pg_restore can't read the dump"
  while IFS= read -r entry; do
    case $entry in
      *' COMMENT - EXTENSION '* | *' SCHEMA - public '* | *' COMMENT - SCHEMA public '* | *' ACL - SCHEMA public '*) ;;
      *) printf '%s\n' "$entry" ;;
    esac
  done <"$GODWIT_WORK/all" >"$GODWIT_WORK/list"
}

# Programs newer than the server set what it doesn't know, in their first lines.
without_unknown_settings() {
  lines=0
  while [ "$lines" -lt 40 ] && IFS= read -r line; do
    lines=$((lines + 1))
    [ "$line" = 'SET transaction_timeout = 0;' ] || printf '%s\n' "$line"
  done
  cat
}

dumped() {
  {
    pg_restore --no-owner --use-list="$GODWIT_WORK/list" --file=- "$GODWIT_FILE" && : >"$GODWIT_WORK/read"
  } | without_unknown_settings
  [ -e "$GODWIT_WORK/read" ]
}

# What is not whole has no commit at its end, and so it is not at all.
whole() {
  printf '%s\n' \
    '\set ON_ERROR_STOP on' \
    "set lock_timeout = '1min'; set statement_timeout = 0; set client_min_messages = 'warning';" \
    "select set_config('godwit.run', :'run', false);" \
    '\unset run' \
    'begin;' "$GODWIT_BEFORE"
  dumped || return
  printf '%s\n' "$GODWIT_AFTER" "$GODWIT_END;" "\\echo $restored"
}

# Of an error no more is said than what it is: the rest could have values of rows in it.
restore() {
  rm -f -- "$GODWIT_WORK/read"
  set -- --no-psqlrc --no-password --quiet --set=run="$GODWIT_RUN" --set=VERBOSITY=terse \
    --output="$GODWIT_WORK/said" ${address:+"--dbname=$address"}
  whole | psql "$@" >"$GODWIT_WORK/told" &
  child=$!
  wait "$child" || :
  child=''
  case $(cat "$GODWIT_WORK/told") in
    *"$restored"*) ;;
    *) fail "it is not known that the dump was restored" ;;
  esac
}

trap 'end_restoration; exit 143' TERM INT

find_programs psql pg_restore
connect
cd "$GODWIT_DUMPS" 2>/dev/null && [ -f "$GODWIT_FILE" ] || fail "the dump $GODWIT_FILE is not there any more" 2
list_entries
restore
printf '{"outcome":"restored","file":"%s"}\n' "$GODWIT_FILE" >"$GODWIT_REPORT"
