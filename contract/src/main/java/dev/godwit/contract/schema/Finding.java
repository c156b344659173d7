package dev.godwit.contract.schema;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What is to be known of a statement before it is run.
 *
 * @param version of which it is
 * @param line in the version's text, from 1
 * @param kind what it is
 * @param object the table (or other object) that it touches, as the statement names it; null where
 *     there is none, or none could be told
 * @param lock the strongest lock that it takes on that; null: none that keeps readers or writers
 *     waiting
 * @param bytes how large that table is now, with its indexes; null: not known, or no table
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(String version, int line, Kind kind, String object, Lock lock, Long bytes) {

  /** What a statement does that one would want to know. */
  public enum Kind {
    /** Drops a table, column, schema, type, or what else holds data or is used by programs. */
    DROP(true),
    /** Empties a table. */
    TRUNCATE(true),
    /** Deletes or changes all rows of a table: there is no condition. */
    WHOLE_TABLE(true),
    /** Gives a column another type. */
    TYPE_CHANGE(true),
    /** Renames what programs use. */
    RENAME(true),
    /** Could not be parsed: nobody knows what it does. */
    UNPARSED(true),
    /** Runs a program of its own ({@code DO}, {@code CALL}): nobody knows what it does. */
    PROGRAM(true),
    /** Writes the whole table anew while nobody can use it. */
    REWRITE(false),
    /** Demands values in a column that has none to put there. */
    NOT_NULL_WITHOUT_DEFAULT(false),
    /** Builds an index while nobody can write. */
    INDEX_WITHOUT_CONCURRENTLY(false),
    /** Reads the whole table to check a constraint while nobody can write. */
    CONSTRAINT_CHECKED_AT_ONCE(false),
    /** Takes a lock that keeps others waiting, for a moment. */
    LOCK(false),
    /** There is no way to take the version back. */
    NO_DOWN(false);

    private final boolean destructive;

    Kind(boolean destructive) {
      this.destructive = destructive;
    }

    /** Whether data may be lost, or programs of the old version may fail. */
    public boolean isDestructive() {
      return destructive;
    }
  }

  /** PostgreSQL's table locks that keep ordinary readers or writers waiting. */
  public enum Lock {
    /** Writers wait, as while an index is built. */
    SHARE,
    /** Writers wait, as while a foreign key or a trigger is added. */
    SHARE_ROW_EXCLUSIVE,
    /** Writers wait, as with {@code REFRESH MATERIALIZED VIEW CONCURRENTLY}. */
    EXCLUSIVE,
    /** Readers and writers wait. */
    ACCESS_EXCLUSIVE
  }
}
