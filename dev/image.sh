#!/usr/bin/env bash
# Builds images as operator/target/godwit-operator.tar and runner/target/godwit-runner.tar (docker-archives), without Docker.
#
#   dev/image.sh [operator] [runner] [MAVEN ARGUMENT…]      both, unless one is named
#
# -Dgodwit.base.image=NAME  an image with a C library (glibc) to build on, in a registry or as
#                           tar://FILE; the default is to build on nothing and to take this machine's
#                           C library
# -Dgodwit.image.repository=NAME
#                           what comes before /godwit-operator and /godwit-runner in the images' names (default localhost)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A class of each that prints how to use it and ends with 2 when it is told nothing.
declare -rA SAYS_USAGE=([operator]=dev.godwit.operator.ReadyCheck [runner]=dev.godwit.runner.Main)

# tar_of NAME
tar_of() { printf '%s/target/godwit-%s.tar' "$1" "$1"; }

# verify NAME: unpacks the image and starts its Java with the AOT cache made a must. Without that, a cache
# that doesn't fit (another class path, other times of files) is passed over in silence, and the only
# sign is a slow start.
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
  tar -xf "$(tar_of "$1")" -C "$root/layers"
  while read -r layer; do
    tar -xzf "$root/layers/$layer" -C "$root/image" --warning=no-unknown-keyword
  done < <(grep -o '[0-9a-f]*\.tar\.gz' "$root/layers/manifest.json")
  # A program finds its libraries, and Java itself, by way of /proc.
  "${apart[@]}" --mount-proc="$root/image/proc" \
    chroot "$root/image" /opt/java/bin/java @/app/java.options -XX:AOTMode=on "${SAYS_USAGE[$1]}" \
    >"$root/said" 2>&1 || status=$?
  if ((status != 2)); then
    cat "$root/said" >&2
    echo "dev/image.sh: the image of the $1 does not start with its AOT cache (exit code $status)" >&2
  fi
  rm -rf "$root"
  ((status == 2))
}

images=()
while (($#)) && [[ -n ${SAYS_USAGE[$1]:-} ]]; do
  images+=("$1")
  shift
done
((${#images[@]})) || images=(operator runner)

arguments=(-q -Pimage -pl "$(IFS=,; echo "${images[*]}")" -am package -DskipTests "$@")
if [[ " $* " == *" -Dgodwit.base.image="* ]]; then
  # Not to be verified either: it is not whole without its base. The folder is each module's own: Maven expands it.
  # shellcheck disable=SC2016
  dev/java.sh mvn "${arguments[@]}" '-Dgodwit.image.libc=${godwit.image.content}/nothing'
else
  dev/java.sh mvn "${arguments[@]}"
  for image in "${images[@]}"; do verify "$image"; done
fi
for image in "${images[@]}"; do ls -lh "$(tar_of "$image")" >&2; done
