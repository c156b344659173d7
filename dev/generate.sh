#!/usr/bin/env bash
# Generates the manifests of the custom resources and their reference from the API types, and puts them
# where they are committed: into crds/manifests, into the chart, which cannot reach outside its own folder,
# and into docs/reference. Unit tests of the module crds fail when one is stale.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dev/java.sh mvn -q -pl crds test -Dtest=GeneratedManifestsTest,ReferenceTest -Dgodwit.generate=true
