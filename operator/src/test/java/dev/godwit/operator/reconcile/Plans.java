package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.SpecFixture;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.strategy.PlanCompiler;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Migrations, plans and journals for tests. */
final class Plans {

  static final Instant START = Instant.parse("2026-03-01T10:00:00.123Z");

  private Plans() {}

  /** A step that does nothing. */
  record Idle(String name, boolean pointOfNoReturn) implements Step {

    @Override
    public Assessment assess(Situation situation) {
      return Assessment.done();
    }
  }

  static Stage stage(String name, String phase, String... steps) {
    return new Stage(
        name, phase, Arrays.stream(steps).<Step>map(step -> new Idle(step, false)).toList());
  }

  /** Deploys and switches one service, then waits, then deletes blue. */
  static Plan plan() {
    return new Plan(
        List.of(
            stage("deploy", "Deploying", "orders/deploy"),
            stage("switch", "Switching", "orders/switch"),
            stage("monitor", "Monitoring", "monitor"),
            new Stage("delete", "CleaningUp", List.of(new Idle("orders/delete-blue", true)))),
        List.of());
  }

  static ServicePlan service(String name) {
    return new ServicePlan(
        spec(name),
        "1.0",
        "2.0",
        name + "-green",
        Map.of("app", name + "-green"),
        List.of(name),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /** A StatefulSet of three members that is upgraded in place, without backup. */
  static ServicePlan inPlace(String name) {
    return new ServicePlan(
        SpecFixture.inPlace(WorkloadKind.STATEFUL_SET, name).spec(),
        "1.0",
        "2.0",
        name,
        Map.of(),
        List.of(name),
        Optional.empty(),
        List.of(),
        Optional.of(new ServicePlan.InPlace(3, 0, 2, Map.of("app", name), List.of())));
  }

  /** What is compiled of the strategy rolling with its defaults: one service a turn, no checks. */
  static Plan rolling(List<ServicePlan> services) {
    Rolling rolling =
        new Rolling(
            null,
            null,
            null,
            1,
            "10m",
            "10m",
            "0s",
            "0s",
            "30s",
            Cleanup.REPLACE,
            Retire.AT_END,
            null);
    return PlanCompiler.compile(
        new MigrationSpec(
            null,
            "2.0",
            services.stream().map(ServicePlan::spec).toList(),
            new Strategy(null, rolling),
            null,
            null,
            null,
            null,
            false,
            false,
            null),
        new Marks.Maker("shop", "uid-1", "prod"),
        services);
  }

  private static ServiceSpec spec(String name) {
    return SpecFixture.service(name).spec();
  }

  static Migration migration(String... services) {
    Migration migration = new Migration();
    migration.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withNamespace("prod")
            .withUid("uid-1")
            .withGeneration(1L)
            .withResourceVersion("7")
            .build());
    migration.setSpec(specOf(false, services));
    return migration;
  }

  /** The same with the strategy blueGreen and its defaults. */
  static Migration blueGreen(Performance performance, String... services) {
    BlueGreen blueGreen =
        new BlueGreen(null, null, performance, "10m", "10m", "0s", "30s", Cleanup.REPLACE, null);
    Migration migration = migration(services);
    migration.setSpec(specOf(new Strategy(blueGreen, null), false, services));
    return migration;
  }

  static MigrationSpec specOf(boolean paused, String... services) {
    return specOf(new Strategy(null, null), paused, services);
  }

  private static MigrationSpec specOf(Strategy strategy, boolean paused, String... services) {
    return new MigrationSpec(
        null,
        "2.0",
        Arrays.stream(services).map(Plans::spec).toList(),
        strategy,
        null,
        null,
        null,
        null,
        paused,
        false,
        null);
  }

  static Journal begin(Plan plan) {
    return Journal.begin(plan, START);
  }

  static Journal with(Journal journal, String step, StepState state, int seconds, String message) {
    Journal.Entry old = journal.entry(step);
    Optional<Instant> then = Optional.of(START.plusSeconds(seconds));
    boolean ended = state == StepState.DONE || state == StepState.FAILED;
    boolean undoing = state == StepState.UNDOING || state == StepState.UNDONE;
    return journal.with(
        new Journal.Entry(
            step,
            old.stage(),
            state,
            undoing ? old.startedAt() : then,
            ended ? then : old.finishedAt(),
            undoing ? then : Optional.empty(),
            state == StepState.UNDONE ? then : Optional.empty(),
            Math.max(1, old.attempt()),
            message,
            old.preImage()));
  }

  static String[] names(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> "service-with-a-rather-long-name-%02d".formatted(number))
        .toArray(String[]::new);
  }
}
