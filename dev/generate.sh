#!/usr/bin/env bash
# Generates the manifests of the custom resources from the API types, and puts them where they are
# committed: into crds/manifests, and into the chart, which cannot reach outside its own folder.
# A unit test of the module crds fails when either is stale.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The generator only adds: the manifest of a kind that is gone would stay.
rm -rf crds/target/manifests
dev/java.sh mvn -q -pl crds process-classes

for folder in crds/manifests helm/godwit/files/crds; do
  mkdir -p "$folder"
  rm -f "$folder"/*.yaml
  for generated in crds/target/manifests/*-v1.yml; do
    [[ -e $generated ]] || continue
    name=$(basename "$generated" -v1.yml)
    cp "$generated" "$folder/$name.yaml"
  done
done
