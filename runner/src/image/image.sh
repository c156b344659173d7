# shellcheck shell=bash
# shellcheck disable=SC2034  # read by dev/image/prepare.sh, which sources this
# What is the runner's own about its image.

# Found with jdeps, less what only optional parts of Jackson ask for (java.sql, java.xml and java.desktop).
modules=java.base,jdk.unsupported

# Has a small load sent to a server on loopback.
training=(dev.godwit.runner.image.LoadTraining)
