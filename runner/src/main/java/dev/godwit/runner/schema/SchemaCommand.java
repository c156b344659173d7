package dev.godwit.runner.schema;

import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Compared;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Locked;
import dev.godwit.contract.schema.SchemaReport.Moved;
import dev.godwit.contract.schema.SchemaReport.Planned;
import dev.godwit.contract.schema.SchemaReport.Unlocked;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code runner schema}: carries out the {@link SchemaOrder} in the variable {@code GODWIT_SCHEMA},
 * and prints a {@link SchemaReport} as the last line. What does not fit into that, and progress, go
 * to the other stream.
 */
public final class SchemaCommand {

  private static final String VARIABLE = "GODWIT_SCHEMA";
  private static final Duration LEAST = Duration.ofSeconds(30);

  private final Map<String, String> environment;
  private final Places places;
  private final PrintStream out;
  private final PrintStream err;
  private final Inspector inspector;
  private final Time time;

  /**
   * Where its files are.
   *
   * @param secret the directory with the database's Secret
   * @param versions the directory with the catalogue and the texts
   * @param terminationLog gets the report too, if this file exists
   */
  public record Places(Path secret, Path versions, Path terminationLog) {}

  /**
   * With its surroundings.
   *
   * @param environment where the order is
   * @param out gets the report
   * @param err gets what else there is to say
   * @param inspector says what is to be known of texts before they are run
   */
  public SchemaCommand(
      Map<String, String> environment,
      Places places,
      PrintStream out,
      PrintStream err,
      Inspector inspector) {
    this(environment, places, out, err, inspector, Time.SYSTEM);
  }

  SchemaCommand(
      Map<String, String> environment,
      Places places,
      PrintStream out,
      PrintStream err,
      Inspector inspector,
      Time time) {
    this.environment = Map.copyOf(environment);
    this.places = places;
    this.out = out;
    this.err = err;
    this.inspector = inspector;
    this.time = time;
  }

  /**
   * Runs it.
   *
   * @return the exit code: 0 done, 2 the order is wrong, 3 it may succeed when tried again, 4 it
   *     will not before something is changed
   */
  public int run() throws InterruptedException {
    SchemaReport report = report();
    describe(report);
    String line = SchemaJson.line(report);
    out.println(line);
    out.flush();
    if (Files.isWritable(places.terminationLog)) {
      try {
        Files.writeString(places.terminationLog, line);
      } catch (IOException e) {
        err.println(places.terminationLog + ": " + e);
      }
    }
    return report.exitCode();
  }

  private SchemaReport report() throws InterruptedException {
    try {
      SchemaOrder order = SchemaJson.order(environment.getOrDefault(VARIABLE, ""));
      return carryOut(order, Catalogue.read(places.versions, order.sqlHash(), SchemaJson.MAPPER));
    } catch (SchemaFailure e) {
      return e.report(null, List.of());
    }
  }

  private SchemaReport carryOut(SchemaOrder order, Catalogue catalogue)
      throws SchemaFailure, InterruptedException {
    Connector connector =
        new Connector(places.secret, Duration.ofMillis(order.connectTimeoutMillis()));
    Duration lockTimeout = Duration.ofMillis(order.lockTimeoutMillis());
    try (Session session = new Session(connector, order);
        Blockers blockers = new Blockers(connector, session::pid, lockTimeout)) {
      Server server = Server.of(session);
      server.check();
      Place place = Place.find(session, order.schema());
      place.checkRights(session);
      Work work =
          new Work(
              session,
              place,
              order,
              catalogue,
              new Fence(session, place),
              new History(session, place),
              time);
      Attempts attempts =
          new Attempts(session, blockers, Duration.ofMillis(order.patienceMillis()), time, err);
      return switch (order.action()) {
        case PLAN ->
            attempts.untilLocksAreHad(waits -> new Planner(work, server, inspector).plan());
        case UP, DOWN -> new Mover(work, attempts, err).run();
        case COMPARE -> attempts.untilLocksAreHad(waits -> compared(work));
        case LOCK -> {
          MaintenanceLock lock = fenced(work);
          yield lock.lock(order.run(), patience(work));
        }
        case UNLOCK -> {
          MaintenanceLock lock = fenced(work);
          yield attempts.untilLocksAreHad(waits -> lock.unlock(order.run()));
        }
      };
    }
  }

  private MaintenanceLock fenced(Work work) throws SchemaFailure, InterruptedException {
    work.fence().acquireDatabase(patience(work), err);
    return new MaintenanceLock(work.session(), work.place());
  }

  /** Sessions need a moment to end, however little patience there is. */
  private static Patience patience(Work work) {
    Duration asked = Duration.ofMillis(work.order().patienceMillis());
    return new Patience(work.time(), asked.compareTo(LEAST) < 0 ? LEAST : asked);
  }

  private static Compared compared(Work work) throws SchemaFailure {
    String run = work.order().run();
    Picture picture = new Picture(work.session(), work.place());
    work.session().begin();
    work.session().execute("set transaction read only");
    if (picture.exists()
        && !picture.isTakenFor(run)
        && picture.isTurned(run)
        && !work.history().knows(run)) {
      work.session().rollback();
      return new Compared(List.of(), 0);
    }
    if (!picture.isTakenFor(run)) {
      throw new SchemaFailure(
          Cause.HISTORY,
          "there is no picture of the schema from before the run %s: it has not begun, or a later run has"
                  .formatted(run)
              + " taken its own");
    }
    List<String> differences = picture.differences(run);
    work.session().rollback();
    return new Compared(differences, 0);
  }

  /** All of it, for the log. */
  private void describe(SchemaReport report) {
    switch (report) {
      case Planned planned -> planned.findings().forEach(finding -> err.println(words(finding)));
      case Compared compared -> compared.differences().forEach(err::println);
      case Failed failed -> err.println(failed.cause() + ": " + failed.message());
      case Moved moved -> {
        // Each version was told of when it was done.
      }
      case Locked locked -> err.println("others are kept out, sessions ended: " + locked.ended());
      case Unlocked unlocked -> err.println("others can connect again");
    }
  }

  private static String words(Finding finding) {
    return "version %s, line %d: %s%s%s%s"
        .formatted(
            finding.version(),
            finding.line(),
            finding.kind(),
            finding.object() == null ? "" : " " + finding.object(),
            finding.lock() == null ? "" : ", lock " + finding.lock(),
            finding.bytes() == null ? "" : ", " + finding.bytes() + " bytes");
  }
}
