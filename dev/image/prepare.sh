#!/usr/bin/env bash
# Prepares what an image holds besides the jars: called by the profile "image" of the parent pom for the operator and
# the runner alike; Jib then puts it all together.
#
#   prepare.sh NAME MAIN SETTINGS JAR RUNTIME_CLASSPATH TEST_CLASSPATH OUTPUT     (the class paths as files that hold one)
#
# NAME            of the AOT cache, in /app
# MAIN            the main class
# SETTINGS        the module's folder src/image: java.options, and image.sh with what is its own: the modules of the Java
#                 runtime, the class of its tests that tries the main class out, for the AOT cache, with its arguments,
#                 and if there is one, the class of its tests that writes a jar (its first argument) with classes that
#                 take the place of those in the jars on the class path (its other arguments)
#
# OUTPUT/root     becomes the image's root: Java runtime, start options, AOT cache, classes that take the place of others
# OUTPUT/libc     too, unless the image has a base with a C library: loader and C library
# OUTPUT/nothing  is for an image that needs no libc: Jib wants folders that exist
# OUTPUT/jars     stays here: the jars where Jib will put them, for the trial run
set -euo pipefail
# What fails in a function whose output is taken must fail here, too.
shopt -s inherit_errexit

readonly name=$1 main=$2 here=$3 jar=$4 output=$7
common=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034  # for image.sh
project=$(cd "$common/../.." && pwd)
runtime_classpath=$(<"$5")
test_classpath=${jar%/*}/test-classes:$jar:$(<"$6")
readonly root=$output/root java=$output/root/opt/java jars=$output/jars/app
modules='' training=() patch=()
# shellcheck source=/dev/null
. "$here/image.sh"

runtime() {
  "$JAVA_HOME/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages \
    --output "$java"
  # Started by name they are all java with a main class; the image has no use for the others.
  find "$java/bin" -type f ! -name java -delete
  rm -rf "$java/legal" "$java/lib/src.zip"
}

# The C library is found by asking the linker what the runtime's own libraries want. DNS and the
# users' database are part of glibc since 2.34; before that they would be loaded by name at run time.
libc() {
  local library
  {
    ldd "$java/bin/java"
    find "$java/lib" -name '*.so' -exec ldd {} +
  } | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^\t\(\/[^ ]*\) (.*/\1/p' | sort -u | while read -r library; do
    case $library in "$java"/*) continue ;; esac
    install -D --mode=755 "$(readlink -f "$library")" "$output/libc/$library"
  done
}

# stage CLASSPATH: copies the jars to where Jib puts them, and prints the class path in the image.
stage() {
  local entry path=/app/classpath/${jar##*/}
  local -a entries
  install -D --mode=644 "$jar" "$jars/classpath/${jar##*/}"
  IFS=: read -ra entries <<<"$1"
  for entry in "${entries[@]}"; do
    install -D --mode=644 "$entry" "$jars/libs/${entry##*/}"
    path+=:/app/libs/${entry##*/}
  done
  if ((${#patch[@]})); then
    mkdir -p "$jars/patch" "$root/app/patch"
    "$JAVA_HOME/bin/java" -cp "$test_classpath" "${patch[@]}" "$jars/patch/$name.jar" "$jars"/*/*.jar
    cp "$jars/patch/$name.jar" "$root/app/patch"
    path=/app/patch/$name.jar:$path
  fi
  printf '%s' "$path"
}

# train CLASSPATH: runs the main class as the image will, and has the JVM record it. The cache is only
# good for the very same jars, by size and time, which Jib sets to one second after the epoch.
train() {
  local cache=$root/app/$name.aot
  local -a options
  find "$jars" "$root" -exec touch --no-dereference --date=@1 {} +
  mapfile -t options < <(grep '^-' "$here/java.options" | grep -v -- -XX:AOTCache=)
  # What the JVM learns about methods is for a compiler that the images don't use: 3 MB resident for nothing.
  options+=(-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining)
  "$JAVA_HOME/bin/java" -cp "$test_classpath" "${training[@]}" \
    "$java/bin/java" "${options[@]}" "-XX:AOTCacheOutput=$cache" -cp "${1//\/app\//$jars/}" "$main" \
    >"$output/training.log" 2>&1 || {
    cat "$output/training.log" >&2
    return 1
  }
  [[ -s $cache ]] || {
    cat "$output/training.log" >&2
    echo "prepare.sh: the trial run left no AOT cache" >&2
    return 1
  }
  chmod 644 "$cache"
}

rm -rf "$output"
mkdir -p "$root/app" "$jars" "$output/nothing"
cp -r "$common/root/." "$root"
runtime
libc
classpath=$(stage "$runtime_classpath")
train "$classpath"
{
  cat "$here/java.options"
  printf '\n-cp %s\n' "$classpath"
} >"$root/app/java.options"
