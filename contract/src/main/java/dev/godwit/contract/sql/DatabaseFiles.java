package dev.godwit.contract.sql;

/**
 * Where a Job finds how to reach a database: the keys of the Secret, a file each, as CloudNativePG
 * and the service binding specification write them.
 */
public final class DatabaseFiles {

  /** Where the Secret is mounted. It may be empty: the runner says then what is missing. */
  public static final String DIRECTORY = "/run/godwit/database";

  private DatabaseFiles() {}
}
