package dev.godwit.runner.schema;

import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Planned;
import dev.godwit.contract.schema.SchemaVersion;
import dev.godwit.runner.schema.HistoryRow.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Says what would be run; writes nothing. */
final class Planner {

  private final Work work;
  private final SchemaOrder order;
  private final Catalogue catalogue;
  private final Server server;
  private final Inspector inspector;

  Planner(Work work, Server server, Inspector inspector) {
    this.work = work;
    this.order = work.order();
    this.catalogue = work.catalogue();
    this.server = server;
    this.inspector = inspector;
  }

  /**
   * The way from what the database has to the target.
   *
   * @param from how many versions have something to be taken back, or are there, as the way needs
   *     it
   * @param to how many are to be there
   */
  private record Way(Direction direction, int from, int to) {

    /** A version that was begun is in between: any way leads through it. */
    static Way of(Progress progress, int to) {
      boolean down = progress.touched() > to && progress.applied() >= to;
      return down
          ? new Way(Direction.DOWN, progress.touched(), to)
          : new Way(Direction.UP, progress.applied(), to);
    }

    List<SchemaVersion> versions(Catalogue catalogue) {
      return direction == Direction.UP
          ? catalogue.versions().subList(from, to)
          : catalogue.versions().subList(to, from).reversed();
    }
  }

  /**
   * Plans.
   *
   * @throws SchemaFailure if something stands against it
   */
  Planned plan() throws SchemaFailure {
    work.session().begin();
    work.session().execute("set transaction read only");
    Progress progress = progress();
    checkFrom(progress);
    int to = order.to().isEmpty() ? 0 : catalogue.placeOf(order.to(), "to") + 1;
    Way way = Way.of(progress, to);
    if (order.locked() && way.from != way.to) {
      LockObstacles.demandNone(work.session());
    }
    List<Finding> findings = findings(way);
    work.session().rollback();
    return new Planned(
        server.version(),
        catalogue.nameAfter(way.from),
        way.direction == Direction.UP ? SchemaReport.Direction.UP : SchemaReport.Direction.DOWN,
        Math.abs(way.to - way.from),
        (int) findings.stream().filter(finding -> finding.kind().isDestructive()).count(),
        findings,
        0);
  }

  private Progress progress() throws SchemaFailure {
    List<HistoryRow> last = work.history().last();
    return last.isEmpty()
        ? Progress.of(
            catalogue,
            Adoption.rows(new Adoption(work.session(), work.place(), catalogue, order).versions()))
        : Progress.of(catalogue, last);
  }

  private void checkFrom(Progress progress) throws SchemaFailure {
    String from = order.from();
    if (from == null
        || from.equals(progress.current(catalogue))
        || from.equals(catalogue.nameAfter(progress.touched()))) {
      return;
    }
    throw new SchemaFailure(
        Cause.HISTORY,
        "the database has %s, and from is %s"
            .formatted(named(progress.current(catalogue)), named(from)));
  }

  private static String named(String version) {
    return version.isEmpty() ? "no version" : "version " + version;
  }

  private List<Finding> findings(Way way) throws SchemaFailure {
    List<Finding> findings = new ArrayList<>();
    TableSizes sizes = new TableSizes(work.session());
    for (SchemaVersion version : way.versions(catalogue)) {
      String sql = Texts.of(catalogue, version, way.direction);
      // It is not inspected, since it can't write; but it must be one that can be run.
      Texts.checkOf(catalogue, version, way.direction);
      findings.addAll(sizes.of(inspector.inspect(version.version(), sql, version.transactional())));
      if (way.direction == Direction.UP && catalogue.find(version, Text.DOWN).isEmpty()) {
        findings.add(new Finding(version.version(), 1, Finding.Kind.NO_DOWN, null, null, null));
      }
    }
    findings.sort(
        Comparator.comparing((Finding finding) -> !finding.kind().isDestructive())
            .thenComparing(Finding::bytes, Comparator.nullsLast(Comparator.reverseOrder())));
    return findings;
  }
}
