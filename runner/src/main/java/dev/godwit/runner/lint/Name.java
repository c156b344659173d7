package dev.godwit.runner.lint;

/**
 * What something in the database is called.
 *
 * @param written as the statement has it
 * @param schema as the server knows it; empty: the statement doesn't say
 * @param name as the server knows it
 */
record Name(String written, String schema, String name) {

  /** The same in another schema or under another name. */
  Name called(String newSchema, String newName) {
    return new Name(written, newSchema, newName);
  }

  /** Whether both are found in the same place, whatever schemas there are. */
  boolean isSameAs(Name other) {
    return schema.equals(other.schema) && name.equals(other.name);
  }
}
