package dev.godwit.contract.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code runner schema} is told to do with a PostgreSQL database. {@link #problems} says what
 * is wrong with one.
 *
 * @param action what to do
 * @param run tells this run from every other: no two have the same
 * @param by who lets it run, as the history says it afterwards
 * @param sqlHash SHA-256 of {@link SchemaFiles#CATALOGUE}, in lower-case hexadecimal: what is run
 *     is what was planned, whoever may write to ConfigMaps
 * @param back whether the run is on its way back: from then on its orders that are not move nothing
 *     any more, should they come late
 * @param schema the schema in which unqualified names are looked for first, before the role's own
 *     search path, and where the history is; null: the first that exists of that path
 * @param from the version that the database must have now; null: any that is known. Empty: none
 * @param to with {@link Action#PLAN}: the version to reach. Empty: none, all are taken back
 * @param versions with {@link Action#UP} and {@link Action#DOWN}: which, in the order in which they
 *     are run
 * @param baseline how a database is adopted that has no history yet; null: only an empty one is
 * @param locked whether the run keeps everybody else out, from before its first version to its end:
 *     without that nothing of it goes forward, and a plan says what stands against it
 * @param connectTimeoutMillis how long connecting may take
 * @param lockTimeoutMillis how long a statement waits for a lock, and keeps others waiting behind
 *     it, before it is taken back and tried again
 * @param patienceMillis for how long it is tried again, with growing pauses; and how long another
 *     run that has the database is waited for
 * @param statementTimeoutMillis how long a statement may take; 0: without an end
 * @param idleTimeoutMillis after how long the server ends a transaction in which nothing comes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchemaOrder(
    Action action,
    String run,
    String by,
    String sqlHash,
    boolean back,
    String schema,
    String from,
    String to,
    List<String> versions,
    Baseline baseline,
    boolean locked,
    int connectTimeoutMillis,
    int lockTimeoutMillis,
    int patienceMillis,
    int statementTimeoutMillis,
    int idleTimeoutMillis) {

  /** The most versions that one Job runs: their results must fit into its report. */
  public static final int MOST_VERSIONS = 100;

  private static final int DAY = 24 * 3_600_000;
  private static final int LONGEST_NAME = 253;

  /** What to do. */
  public enum Action {
    /** Says what would be run, and what stands against it; writes nothing. */
    PLAN,
    /** Brings versions. Those that this run has brought already are left as they are. */
    UP,
    /** Takes versions back. Those that are not there are left as they are. */
    DOWN,
    /** Says in what the schema differs from what it was before the run; writes nothing. */
    COMPARE,
    /** Lets nobody else connect to the database any more, and ends the sessions that there are. */
    LOCK,
    /** Lets those connect again who could before; the run brings nothing any more. */
    UNLOCK
  }

  /**
   * How a database is adopted that has no history yet. Exactly one is said.
   *
   * @param version all versions up to this one count as applied
   * @param flyway what Flyway's own history says was applied counts as applied
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Baseline(String version, boolean flyway) {}

  /** Copies the list. */
  public SchemaOrder {
    versions = versions == null ? List.of() : List.copyOf(versions);
  }

  /** All that is wrong with it, each with its field; none when it can be carried out. */
  public List<String> problems() {
    List<String> found = new ArrayList<>();
    if (action == null) {
      found.add("action is missing");
    }
    named("run", run, found);
    named("by", by, found);
    named("sqlHash", sqlHash, found);
    boolean moves = action == Action.UP || action == Action.DOWN;
    if (moves && (versions.isEmpty() || versions.size() > MOST_VERSIONS)) {
      found.add("versions are " + versions.size() + ": name 1 to " + MOST_VERSIONS);
    }
    if (action == Action.PLAN && to == null) {
      found.add("to is missing");
    }
    if (baseline != null && (baseline.version() == null) != baseline.flyway()) {
      found.add("baseline needs either version or flyway");
    }
    within("connectTimeoutMillis", connectTimeoutMillis, 1, found);
    within("lockTimeoutMillis", lockTimeoutMillis, 1, found);
    within("patienceMillis", patienceMillis, 0, found);
    within("statementTimeoutMillis", statementTimeoutMillis, 0, found);
    within("idleTimeoutMillis", idleTimeoutMillis, 1, found);
    return List.copyOf(found);
  }

  private static void named(String field, String value, List<String> found) {
    if (value == null || value.isBlank() || value.length() > LONGEST_NAME) {
      found.add(field + " needs 1 to " + LONGEST_NAME + " characters");
    }
  }

  private static void within(String field, int value, int least, List<String> found) {
    if (value < least || value > DAY) {
      found.add(field + " is " + value + ": make it " + least + " to " + DAY);
    }
  }
}
