package dev.godwit.contract.schema;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * What {@code runner schema} says in the end: one line of JSON of less than {@value #MAX_BYTES}
 * bytes, which is what a termination message can hold. Its field {@code outcome} tells which of
 * these it is. Nothing in it is a password, or a value from a row.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SchemaReport.Planned.class, name = "planned"),
  @JsonSubTypes.Type(value = SchemaReport.Moved.class, name = "moved"),
  @JsonSubTypes.Type(value = SchemaReport.Compared.class, name = "compared"),
  @JsonSubTypes.Type(value = SchemaReport.Locked.class, name = "locked"),
  @JsonSubTypes.Type(value = SchemaReport.Unlocked.class, name = "unlocked"),
  @JsonSubTypes.Type(value = SchemaReport.Failed.class, name = "failed")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface SchemaReport {

  /** What Kubernetes keeps of a termination message. */
  int MAX_BYTES = 4096;

  /** The exit code that goes with it. */
  @JsonIgnore
  default int exitCode() {
    return 0;
  }

  /**
   * What would be run.
   *
   * @param server the server's version, as {@code 18.1}
   * @param current the version that the database has; empty: none
   * @param direction the way to the target
   * @param count how many versions lie between; 0: it is there already. They follow one another in
   *     the catalogue
   * @param destructive how many findings are destructive
   * @param findings the destructive ones first, then those with the largest tables
   * @param omitted how many more findings there are, which are in the log only
   */
  record Planned(
      String server,
      String current,
      Direction direction,
      int count,
      int destructive,
      List<Finding> findings,
      int omitted)
      implements SchemaReport {

    /** Copies the list. */
    public Planned {
      findings = List.copyOf(findings);
    }
  }

  /**
   * All versions of the order are as it wants them.
   *
   * @param current the version that the database has now; empty: none
   * @param versions what became of each, in the order's order
   */
  record Moved(String current, List<Result> versions) implements SchemaReport {

    /** Copies the list. */
    public Moved {
      versions = List.copyOf(versions);
    }
  }

  /**
   * How the schema differs from what it was before the run.
   *
   * @param differences each as {@code table public.users: MISSING}
   * @param omitted how many more there are, which are in the log only
   */
  record Compared(List<String> differences, int omitted) implements SchemaReport {

    /** Copies the list. */
    public Compared {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Nobody else can connect to the database, but for superusers.
   *
   * @param ended how many sessions were ended for that
   */
  record Locked(int ended) implements SchemaReport {}

  /** Those can connect again who could before. */
  record Unlocked() implements SchemaReport {}

  /**
   * It could not be done. The version at which it stopped is as it was before, where it is
   * transactional.
   *
   * @param cause what kind of failure
   * @param version at which version; null: at none
   * @param text in which of its texts; null: in none
   * @param message what is wrong, and what to do about it
   * @param sqlState what the server said; null: nothing
   * @param current the version that the database has; empty: none; null: not known
   * @param done the versions that were done before, in the order's order
   */
  record Failed(
      Cause cause,
      String version,
      SchemaFiles.Text text,
      String message,
      String sqlState,
      String current,
      List<Result> done)
      implements SchemaReport {

    /** Copies the list. */
    public Failed {
      done = done == null ? List.of() : List.copyOf(done);
    }

    @Override
    public int exitCode() {
      return cause.exitCode;
    }
  }

  /** Which way. */
  enum Direction {
    /** To a later version. */
    UP,
    /** To an earlier one. */
    DOWN
  }

  /** Why it could not be done. */
  enum Cause {
    /** The order, the catalogue or a file is not one that can be carried out. */
    BAD_ORDER(2),
    /**
     * The database was not reached, or left in the middle: it may do so again. Whether a version
     * that was under way is there is known to the history only.
     */
    NO_ANSWER(3),
    /** Another run has the database, and had it for too long. */
    BUSY(3),
    /** A lock was not had in time, however often it was tried. */
    LOCKED(4),
    /** The history is not what the order or the catalogue says. */
    HISTORY(4),
    /** A right is missing, or the server is none on which this can be done. */
    REFUSED(4),
    /** The server did not like the SQL. */
    SQL(4),
    /** All ran, and what must hold afterwards does not. */
    VERIFY(4),
    /** There is no text to take the version back with. */
    NO_DOWN(4);

    private final int exitCode;

    Cause(int exitCode) {
      this.exitCode = exitCode;
    }
  }

  /**
   * What became of a version. In JSON it is a list, so that those of {@link
   * SchemaOrder#MOST_VERSIONS} versions fit into a report.
   *
   * @param already whether it was as wanted before
   * @param millis how long it took, in milliseconds, without the waits for locks
   * @param rows how many rows its statements say that they changed
   * @param lockWaits how often it was taken back and tried again because of a lock
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"already", "millis", "rows", "lockWaits"})
  record Result(boolean already, long millis, long rows, int lockWaits) {}
}
