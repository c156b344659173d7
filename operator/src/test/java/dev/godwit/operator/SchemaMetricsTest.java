package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.VersionResult;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.step.MoveVersions;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SchemaMetricsTest {

  private static final KubernetesSerialization API = new KubernetesSerialization();
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String UP = "{from: '1', direction: Up, versions: ['2', '3', '4']}";
  private static final String DOWN = "{from: '4', direction: Down, versions: ['4', '3', '2']}";

  /** Steps of the plan that goes up: a Job has two versions. */
  private static final String FIRST = "2..3/up";

  private static final String SECOND = "4/up";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SchemaMetrics metrics = new SchemaMetrics(registry);

  private static SchemaMigration migration(String phase, String plan) {
    SchemaMigration migration = new SchemaMigration();
    migration.getMetadata().setName("a-name-that-no-metric-may-have");
    migration.setSpec(
        API.unmarshal(
            "---\n{database: {secretRef: {name: orders-db}}, to: '1'}", SchemaMigrationSpec.class));
    migration.setStatus(
        API.unmarshal(
            "---\n{phase: %s, plan: %s}".formatted(phase, plan), SchemaMigrationStatus.class));
    return migration;
  }

  private static Plan plan(String plan) {
    SchemaMigration migration = migration("Migrating", plan);
    SchemaRun run =
        new SchemaRun(
            "a-name-that-no-metric-may-have",
            "uid-1",
            "shop",
            migration.getSpec(),
            migration.getStatus().plan(),
            "",
            "",
            Optional.empty(),
            List.of());
    List<String> versions = migration.getStatus().plan().versions();
    return new Plan(
        Stream.of(versions.subList(0, 2), versions.subList(2, 3))
            .map(batch -> new MoveVersions(run, batch))
            .map(step -> new Stage(step.name(), "Migrating", List.of(step)))
            .toList(),
        List.of());
  }

  private static Journal begun(String plan) {
    return Journal.begin(plan(plan), START);
  }

  /**
   * A step, with the version that the database has then, and the locks that each one waited for.
   */
  private static Journal with(
      Journal journal, String step, StepState state, String current, Integer... lockWaits) {
    List<VersionResult> results =
        Stream.of(lockWaits).map(waits -> new VersionResult(1500L, 7L, waits)).toList();
    return journal.with(
        new Journal.Entry(
            step,
            step,
            state,
            Optional.of(START),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            "",
            new PreImage(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                results.isEmpty() ? null : results,
                current)));
  }

  private static Journal failed(Journal journal) {
    return journal.withFailure(
        Optional.of(
            new Failure("VersionFailed", "a-message-that-no-metric-may-have", START, null)));
  }

  /** Each is recorded after the one before. */
  private static void record(SchemaMetrics metrics, String plan, Journal... journals) {
    Optional<Journal> before = Optional.empty();
    for (Journal journal : journals) {
      metrics.recorded(migration("Migrating", plan), plan(plan), before, journal);
      before = Optional.of(journal);
    }
  }

  private void recorded(String plan, Journal... journals) {
    record(metrics, plan, journals);
  }

  private double versions(String direction, String result) {
    return Optional.ofNullable(
            registry
                .find("godwit.schema.versions")
                .tags("direction", direction, "result", result)
                .counter())
        .map(counter -> counter.count())
        .orElse(0.0);
  }

  @Test
  void schemaMigrationsAreCountedByPhaseForAsLongAsOneIsInIt() {
    SchemaMigration unseen = migration("any", UP);
    unseen.setStatus(null);
    metrics.count(
        Stream.of(
            migration("Stalled", UP), migration("Stalled", DOWN), migration("Staged", UP), unseen));
    assertThat(registry.get("godwit.schema.migrations").tag("phase", "Stalled").gauge().value())
        .isEqualTo(2);
    assertThat(registry.get("godwit.schema.migrations").tag("phase", "New").gauge().value())
        .isEqualTo(1);

    metrics.count(Stream.of(migration("Succeeded", UP)));
    assertThat(registry.find("godwit.schema.migrations").tag("phase", "Stalled").gauge()).isNull();
  }

  @Test
  void versionsAreCountedOnceWhenTheyAreThere() {
    Journal first = with(begun(UP), FIRST, StepState.DONE, "3", 0, 2);
    Journal running = with(first, SECOND, StepState.RUNNING, null);
    recorded(UP, begun(UP), first, running, with(running, SECOND, StepState.DONE, "4", 1));

    assertThat(versions("up", "moved")).isEqualTo(3);
    assertThat(versions("up", "takenback")).isZero();
    Timer timer = registry.get("godwit.schema.version").tag("direction", "up").timer();
    assertThat(timer.count()).isEqualTo(3);
    assertThat(timer.totalTime(TimeUnit.SECONDS)).isEqualTo(4.5);
    assertThat(registry.get("godwit.schema.lock.waits").tag("direction", "up").counter().count())
        .isEqualTo(3);
  }

  @Test
  void aPlanThatGoesDownIsCountedAsSuch() {
    Journal first = with(begun(DOWN), "4..3/down", StepState.DONE, "2", 0, 0);
    recorded(DOWN, begun(DOWN), first, with(first, "2/down", StepState.DONE, "1", 0));

    assertThat(versions("down", "moved")).isEqualTo(3);
    assertThat(versions("up", "moved")).isZero();
  }

  /** The first of two is there, the second fails; only what is there can be taken back. */
  @Test
  void ofAJobThatFailsHalfWayWhatItBroughtIsCountedAndWhatIsTakenBack() {
    Journal failed = failed(with(begun(UP), FIRST, StepState.FAILED, "2")).turned();
    recorded(UP, begun(UP), failed, with(failed, FIRST, StepState.UNDONE, "1"));

    assertThat(versions("up", "moved")).isEqualTo(1);
    assertThat(versions("up", "takenback")).isEqualTo(1);
  }

  @Test
  void whatIsTakenBackInTwoAttemptsIsCountedOnce() {
    Journal there = with(begun(UP), FIRST, StepState.DONE, "3", 0, 0);
    Journal back = failed(there).turned();
    Journal stuck = with(back, FIRST, StepState.UNDO_FAILED, "2");
    recorded(UP, begun(UP), there, back, stuck, with(stuck, FIRST, StepState.UNDONE, "1"));

    assertThat(versions("up", "takenback")).isEqualTo(2);
    assertThat(registry.get("godwit.schema.version").timer().count()).isEqualTo(2);
  }

  @Test
  void ofAJobThatNothingIsKnownOfNothingIsCounted() {
    Journal failed = failed(with(begun(UP), FIRST, StepState.FAILED, null)).turned();
    recorded(UP, begun(UP), failed, with(failed, FIRST, StepState.UNDONE, "1"));

    assertThat(registry.find("godwit.schema.versions").counters()).isEmpty();
  }

  @Test
  void aTurnIsCountedOnceByItsReason() {
    Journal turned = failed(begun(UP)).turned();
    recorded(UP, begun(UP), turned, turned);

    assertThat(
            registry
                .get("godwit.schema.rollbacks")
                .tags("direction", "up", "reason", "VersionFailed")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void theEndIsTimedOnceByDirectionAndResult() {
    Journal succeeded = begun(DOWN).complete(START.plusSeconds(60));
    recorded(DOWN, begun(DOWN), succeeded, succeeded);
    recorded(UP, begun(UP).turned(), begun(UP).turned().complete(START.plusSeconds(90)));

    assertThat(duration("down", "succeeded").totalTime(TimeUnit.SECONDS)).isEqualTo(60);
    assertThat(duration("up", "rolledback").totalTime(TimeUnit.SECONDS)).isEqualTo(90);
    assertThat(duration("down", "succeeded").count()).isEqualTo(1);
  }

  private Timer duration(String direction, String result) {
    return registry
        .get("godwit.schema.migration.duration")
        .tags("direction", direction, "result", result)
        .timer();
  }

  /** Each metric there is, with each of its labels. */
  static void recordAll(SchemaMetrics metrics) {
    metrics.count(Stream.of(migration("Migrating", UP)));
    metrics.preflightFailed(
        migration("Preflight", UP), List.of("a-message-that-no-metric-may-have"));
    Journal there = with(begun(UP), FIRST, StepState.DONE, "3", 0, 2);
    Journal back = failed(there).turned();
    Journal undone = with(back, FIRST, StepState.UNDONE, "1");
    record(metrics, UP, begun(UP), there, back, undone.complete(START.plusSeconds(60)));
  }

  @Test
  void noLabelNamesAnObjectOrAVersion() {
    recordAll(metrics);

    assertThat(registry.getMeters())
        .flatExtracting(meter -> meter.getId().getTags())
        .extracting(Tag::getValue)
        .containsOnly("Migrating", "VersionFailed", "up", "moved", "takenback", "rolledback");
  }
}
