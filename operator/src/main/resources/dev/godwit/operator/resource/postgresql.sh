# How a script reaches the database, and finds PostgreSQL's programs.
#
#   GODWIT_DATABASE  directory with the keys of the Secret that says how the database is reached, a file each
#   GODWIT_REPORT    file of the report; default what Kubernetes reads
#   GODWIT_PROGRAMS  where PostgreSQL's programs are looked for, in VERSION/bin; default where Debian has them
#
# Exit code 2: to try again would change nothing. The password is in no argument and in no file.
set -eu
export LC_ALL=C HOME=/nonexistent PGCONNECT_TIMEOUT=10
umask 027
: "${GODWIT_REPORT:=/dev/termination-log}" "${GODWIT_PROGRAMS:=/usr/lib/postgresql}"
address=''

fail() {
  printf '%s\n' "$1" >&2
  exit "${2:-1}"
}

# key NAME…: the text of the first of these keys that says anything, without space around it
key() {
  for name in "$@"; do
    [ -f "$GODWIT_DATABASE/$name" ] || continue
    text=$(cat "$GODWIT_DATABASE/$name")
    text=${text#"${text%%[![:space:]]*}"}
    text=${text%"${text##*[![:space:]]}"}
    [ -n "$text" ] || continue
    printf '%s' "$text"
    return
  done
  return 1
}

# needed NAME…: the same, where one of them must be there
needed() {
  key "$@" || fail "the Secret has host and no key $1" 2
}

# decoded TEXT: without percent-encoding
decoded() {
  left=$1
  while :; do
    case $left in
      *%*) ;;
      *) break ;;
    esac
    printf '%s' "${left%%\%*}"
    left=${left#*%}
    digits=${left%"${left#??}"}
    case $digits in
      00) fail "uri in the Secret is not rightly percent-encoded" 2 ;;
      [0-9A-Fa-f][0-9A-Fa-f]) ;;
      *) fail "uri in the Secret is not rightly percent-encoded" 2 ;;
    esac
    printf '%b' "\\0$(printf '%03o' "0x$digits")"
    left=${left#??}
  done
  printf '%s' "$left"
}

# of_uri URI: all but the password is left to libpq
of_uri() {
  case $1 in
    postgres://* | postgresql://*) ;;
    *) fail "uri in the Secret is no postgresql://USER:PASSWORD@HOST:PORT/DATABASE" 2 ;;
  esac
  rest=${1#*://}
  authority=${rest%%[/?]*}
  login=${authority%%@*}
  case $login in
    "$authority") fail "uri in the Secret doesn't say the user" 2 ;;
    ?*:?*) ;;
    *) fail "uri in the Secret doesn't say the user or the password" 2 ;;
  esac
  case ${rest#*@} in
    *[?'&']*password=*) fail "uri in the Secret has a password among its options: write it before the host" 2 ;;
  esac
  PGPASSWORD=$(decoded "${login#*:}")
  export PGPASSWORD
  address=postgresql://${login%%:*}@${rest#*@}
}

of_parts() {
  PGHOST=$(needed host)
  PGPORT=$(key port) || PGPORT=5432
  PGDATABASE=$(needed dbname database)
  PGUSER=$(needed username user)
  PGPASSWORD=$(needed password)
  export PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD
}

connect() {
  if [ -f "$GODWIT_DATABASE/host" ]; then
    of_parts
  else
    uri=$(key uri) || fail "the Secret has neither a key host nor a key uri, or it isn't there" 2
    of_uri "$uri"
  fi
  if mode=$(key sslmode); then
    case $mode in
      *[!a-z-]*) fail "sslmode in the Secret is none that libpq knows" 2 ;;
    esac
    export PGSSLMODE="$mode"
    # What an address says comes before what the environment says; of two of its options, the last one counts.
    case $address in
      '') ;;
      *\?*) address="$address&sslmode=$mode" ;;
      *) address="$address?sslmode=$mode" ;;
    esac
  fi
  if [ -f "$GODWIT_DATABASE/ca.crt" ]; then
    export PGSSLROOTCERT="$GODWIT_DATABASE/ca.crt"
  fi
}

has_programs() {
  for program in "$@"; do
    command -v "$program" >/dev/null || return 1
  done
}

# find_programs NAME…: Debian has them in a directory of their version, which is not in every PATH.
find_programs() {
  if has_programs "$@"; then
    return
  fi
  newest=0
  for directory in "$GODWIT_PROGRAMS"/*/bin; do
    version=${directory%/bin}
    version=${version##*/}
    case $version in
      *[!0-9]* | '') continue ;;
    esac
    if [ "$version" -gt "$newest" ]; then
      newest=$version
    fi
  done
  PATH=$GODWIT_PROGRAMS/$newest/bin:$PATH
  has_programs "$@" || fail "spec.backup.image has not all of these programs: $*" 2
}
