#!/usr/bin/env bash
# Generates the manifests of the custom resources from the API types, and puts them where they are
# committed: into crds/manifests, and into the chart, which cannot reach outside its own folder.
# A unit test of the module crds fails when either is stale.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dev/java.sh mvn -q -pl crds test -Dtest=GeneratedManifestsTest -Dgodwit.generate=true
