# shellcheck shell=bash
# shellcheck disable=SC2034  # read by dev/image/prepare.sh, which sources this
# What is the operator's own about its image.

# Found with jdeps, less what only optional parts of the libraries ask for (java.sql and java.desktop,
# by Jackson), plus the HTTP server for probes and metrics.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.httpserver,jdk.management,jdk.unsupported

# Has the operator migrate against a mock API server.
training=(dev.godwit.operator.image.AotTraining "$project/crds/manifests" "$here/training")

# The classes of Kubernetes objects without what nobody calls: docs/decisions/0019-classes-without-their-builders.md.
patch=(dev.godwit.operator.image.ModelWithoutEditing)
