# shellcheck shell=bash
# shellcheck disable=SC2034  # read by dev/image/prepare.sh, which sources this
# What is the runner's own about its image.

# Found with jdeps, less what only parts ask for that are not used: java.xml and java.desktop (Jackson, the PostgreSQL driver).
modules=java.base,java.sql,java.naming,java.management,java.security.jgss,jdk.httpserver,jdk.net,jdk.unsupported

# Has a small load sent to a server on loopback.
training=(dev.godwit.runner.image.LoadTraining)
