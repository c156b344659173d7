#!/usr/bin/env bash
# Runs a command, such as mvn, on a JDK 25, wherever this machine keeps one:
#
#   dev/java.sh mvn verify
#   dev/java.sh              prints where the JDK is
#
# Maven itself has to run on it, not only the compiler: the formatter and Error Prone live inside
# Maven's process and understand only the Java that it runs on.
set -euo pipefail
shopt -s nullglob

readonly WANTED=25

die() {
  printf 'dev/java.sh: %s\n' "$*" >&2
  exit 1
}

# is_wanted HOME: whether it is a whole JDK (with a compiler and a linker) of the wanted version.
is_wanted() {
  local version
  [[ -x $1/bin/javac && -x $1/bin/jlink && -r $1/release ]] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [[ $version == "$WANTED" ]]
}

# home_of COMMAND: the JDK that a command on the PATH belongs to, through any links.
home_of() {
  local path
  path=$(command -v "$1") || return 1
  path=$(readlink -f "$path" 2>/dev/null || printf '%s' "$path")
  dirname "$(dirname "$path")"
}

find_jdk() {
  local home
  local -a candidates=()
  [[ -n ${JAVA_HOME:-} ]] && candidates+=("$JAVA_HOME")
  home=$(home_of javac) && candidates+=("$home")
  home=$(home_of java) && candidates+=("$home")
  candidates+=(
    /usr/lib/jvm/*"$WANTED"* /usr/lib64/jvm/*"$WANTED"* /usr/local/lib/jvm/*"$WANTED"* /opt/*jdk*"$WANTED"*
    "$HOME"/.sdkman/candidates/java/"$WANTED"* "$HOME"/.jdks/*"$WANTED"* "$HOME"/.asdf/installs/java/*"$WANTED"*
    "$HOME"/.local/share/mise/installs/java/*"$WANTED"*
    /Library/Java/JavaVirtualMachines/*"$WANTED"*/Contents/Home /opt/homebrew/opt/openjdk@"$WANTED"
  )
  for home in "${candidates[@]}"; do
    if is_wanted "$home"; then
      printf '%s\n' "$home"
      return
    fi
  done
  return 1
}

JAVA_HOME=$(find_jdk) ||
  die "needs a JDK $WANTED (javac and jlink, not only a JRE), and found none in JAVA_HOME, on the PATH or in the usual places." \
    "Install one, for example Temurin $WANTED, and set JAVA_HOME to it"
export JAVA_HOME PATH="$JAVA_HOME/bin:$PATH"

if (($# == 0)); then
  printf '%s\n' "$JAVA_HOME"
  exit
fi
command -v "$1" >/dev/null || die "needs the command $1, which is not on the PATH$([[ $1 != mvn ]] || echo " (Apache Maven 3.8.1 or newer, Debian package maven)")"
exec "$@"
