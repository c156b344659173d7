package dev.godwit.runner.database;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Objects;

/** Which PostgreSQL the tests run against. */
public final class PostgresVersion {

  private static final String PROPERTY = "godwit.postgresql";

  /** Its major version. The build puts the binaries of that version on the class path. */
  public static final int MAJOR =
      Objects.requireNonNull(
          Integer.getInteger(PROPERTY), () -> "the build says with -D" + PROPERTY + " which it is");

  private PostgresVersion() {}

  /** Skips a test of what older versions than that do not have. */
  public static void assumeFrom(int version) {
    assumeThat(MAJOR).as("valid from PostgreSQL %d on", version).isGreaterThanOrEqualTo(version);
  }
}
