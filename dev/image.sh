#!/usr/bin/env bash
# Builds the operator's image as operator/target/godwit-operator.tar (a docker-archive), without Docker.
#
#   dev/image.sh [MAVEN ARGUMENT…]
#
# -Dgodwit.base.image=NAME  an image with a C library (glibc) to build on, in a registry or as
#                           tar://FILE; the default is to build on nothing and to take this machine's
#                           C library
# -Dgodwit.image.name=NAME  the image's name (default localhost/godwit-operator)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly TAR=operator/target/godwit-operator.tar

# verify: unpacks the image and starts its Java with the AOT cache made a must. Without that, a cache
# that doesn't fit (another class path, other times of files) is passed over in silence, and the only
# sign is a slow start. ReadyCheck without an address prints how to use it and ends with 2.
verify() {
  local root layer status=0
  local -a apart=(unshare --mount --pid --fork)
  (($(id -u) == 0)) || apart+=(--user --map-root-user)
  "${apart[@]}" true 2>/dev/null || {
    echo "dev/image.sh: not started to see whether it works: that needs root or user namespaces" >&2
    return
  }
  root=$(mktemp -d)
  mkdir -p "$root/layers" "$root/image/proc"
  tar -xf "$TAR" -C "$root/layers"
  while read -r layer; do
    tar -xzf "$root/layers/$layer" -C "$root/image" --warning=no-unknown-keyword
  done < <(grep -o '[0-9a-f]*\.tar\.gz' "$root/layers/manifest.json")
  # A program finds its libraries, and Java itself, by way of /proc.
  "${apart[@]}" --mount-proc="$root/image/proc" \
    chroot "$root/image" /opt/java/bin/java @/app/java.options -XX:AOTMode=on dev.godwit.operator.ReadyCheck \
    >"$root/said" 2>&1 || status=$?
  if ((status != 2)); then
    cat "$root/said" >&2
    echo "dev/image.sh: the image does not start with its AOT cache (exit code $status)" >&2
  fi
  rm -rf "$root"
  ((status == 2))
}

if [[ " $* " == *" -Dgodwit.base.image="* ]]; then
  # Not to be verified either: it is not whole without its base.
  dev/java.sh mvn -q -Pimage -pl operator -am package -DskipTests "$@" \
    -Dgodwit.image.libc="$PWD/operator/target/image/nothing"
else
  dev/java.sh mvn -q -Pimage -pl operator -am package -DskipTests "$@"
  verify
fi
ls -lh "$TAR" >&2
