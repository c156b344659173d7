#!/usr/bin/env bash
# Builds the operator's image as operator/target/godwit-operator.tar (a docker-archive), without Docker.
#
#   dev/image.sh [MAVEN ARGUMENT…]
#
# -Dgodwit.base.image=NAME  an image with a C library (glibc) to build on; the default is to build on
#                           nothing and to take this machine's C library
# -Dgodwit.image.name=NAME  the image's name (default localhost/godwit-operator)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dev/java.sh mvn -q -Pimage -pl operator -am package -DskipTests "$@"
ls -lh operator/target/godwit-operator.tar >&2
