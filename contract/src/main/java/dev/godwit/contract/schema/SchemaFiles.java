package dev.godwit.contract.schema;

import java.util.regex.Pattern;

/**
 * Where a Job finds the versions' SQL: in one directory, a file for each text, and the catalogue
 * beside them, a JSON list of {@link SchemaVersion} in the order in which they are applied.
 */
public final class SchemaFiles {

  /** Where they are mounted. */
  public static final String DIRECTORY = "/run/godwit/schema";

  /** The catalogue's name. No version's file is called so. */
  public static final String CATALOGUE = "versions.json";

  /** What a version may be called: it is part of the names of files and of keys. */
  public static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private SchemaFiles() {}

  /** What one of a version's texts is for. */
  public enum Text {
    /** Brings the version. */
    UP(".up.sql"),
    /** Says whether the version is as it should be, once it was brought. */
    VERIFY(".verify.sql"),
    /** Takes the version back. */
    DOWN(".down.sql"),
    /** Says whether all is as it should be, once the version was taken back. */
    VERIFY_DOWN(".verify-down.sql");

    private final String suffix;

    Text(String suffix) {
      this.suffix = suffix;
    }

    /** The name of the file with this text of a version. */
    public String file(String version) {
      return version + suffix;
    }
  }
}
