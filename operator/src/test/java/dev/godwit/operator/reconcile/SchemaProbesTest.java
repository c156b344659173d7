package dev.godwit.operator.reconcile;

import static dev.godwit.operator.reconcile.SchemaEngineTest.ALL;
import static dev.godwit.operator.reconcile.SchemaEngineTest.isTakenBack;
import static dev.godwit.operator.reconcile.SchemaEngineTest.migration;
import static dev.godwit.operator.reconcile.SchemaEngineTest.set;
import static dev.godwit.operator.reconcile.SchemaEngineTest.settled;
import static dev.godwit.operator.reconcile.SchemaHealthTest.SERVICES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.CheckState;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.operator.plan.Wanted;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The services that use a database are asked their probes while its schema is changed. */
class SchemaProbesTest {

  private static final Optional<String> BAD =
      Optional.of("GET http://10.0.0.1:8080/readyz: expected 200 but was 500");

  private static String health(int failures, String triggers) {
    return """
    "health": {"interval": "5s", "minSamples": 100, "onNoData": "Hold", "onProviderError": "Hold",
      "patience": "10m", "providerPatience": "10m", "triggers": {%s},
      "probes": [{"name": "up", "http": {"port": 8080, "path": "/readyz"}, "interval": "5s",
                  "timeout": "2s", "failures": %d}]}
    """
        .formatted(triggers, failures);
  }

  private static final String OFF = "\"errorRate\": \"Off\", \"responseTime\": \"Off\"";

  private static SchemaMigration probed(String... more) {
    return probed(health(3, OFF), more);
  }

  private static SchemaMigration probed(String health, String[] more) {
    return migration(
        Stream.concat(Stream.of("\"settle\": \"1m\"", SERVICES, health), Arrays.stream(more))
            .toArray(String[]::new));
  }

  /** Answers badly while a version is there. */
  private static SchemaWorld badWith(String version, SchemaMigration migration) {
    SchemaWorld world = new SchemaWorld(migration);
    world.asking.answers = id -> world.database.applied.contains(version) ? BAD : Optional.empty();
    return world;
  }

  private static void until(SchemaWorld world, String step) {
    for (int rounds = 0; !world.isAt(step, StepState.RUNNING) && rounds < 100; rounds++) {
      world.settleOnce();
    }
    assertThat(world.isAt(step, StepState.RUNNING)).isTrue();
  }

  @Test
  void goodAnswersLetItGoOn() {
    SchemaWorld world = settled(probed());

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.asking.asked.getFirst()).startsWith("preflight/orders/up/");
    assertThat(world.asking.asked).contains("orders/up");
    assertThat(world.status().checks())
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.name()).isEqualTo("orders/up");
              assertThat(check.state()).isEqualTo(CheckState.GOOD);
            });
  }

  @Test
  void aProbeThatFailsTooOftenTakesBack() {
    SchemaWorld world = badWith("2", probed());
    world.settle();

    isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("ProbeFailed");
    assertThat(world.status().message())
        .contains("probe up of orders failed 3 times in a row: " + BAD.orElseThrow());
    assertThat(world.cluster.writes).noneMatch(write -> write.contains("-3-up-"));
    assertThat(world.status().checks())
        .singleElement()
        .satisfies(check -> assertThat(check.state()).isEqualTo(CheckState.BAD));
  }

  @Test
  void oneBadAnswerTakesNothingBackButNothingGoesOnWithIt() {
    SchemaWorld world = new SchemaWorld(probed(health(100, OFF), new String[0]));
    until(world, "1/settle");
    world.asking.answers = id -> BAD;
    world.now = world.now.plusSeconds(60);
    for (int rounds = 0; rounds < 5; rounds++) {
      world.settleOnce();
    }

    assertThat(world.isAt("1/settle", StepState.RUNNING)).isTrue();
    assertThat(world.status().message()).contains("waiting for probe up of orders: GET http");
    assertThat(world.tick()).as("when to look again").isPresent();
    assertThat(world.database.applied).containsExactly("1");
    world.asking.answers = id -> Optional.empty();
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void aProbeThatFailsAlreadyStartsNothing() {
    SchemaWorld world = new SchemaWorld(probed());
    world.asking.answers = id -> BAD;
    world.settle();

    assertThat(world.status().startTime()).isNull();
    assertThat(world.status().message())
        .contains(
            "not started, nothing was touched",
            "spec.health.probes[0]: probe up fails on the running version of orders already ("
                + BAD.orElseThrow());
    assertThat(world.condition("PreflightPassed")).isEqualTo("False");
    assertThat(world.asking.asked)
        .isNotEmpty()
        .allMatch(id -> id.startsWith("preflight/orders/up/"));

    world.asking.answers = id -> Optional.empty();
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  /** As after a gate that was open late. */
  @Test
  void aProbeThatFailsSinceTheStartBringsNoVersion() {
    SchemaWorld world = new SchemaWorld(probed());
    world.asking.answers = id -> id.startsWith("preflight") ? Optional.empty() : BAD;
    world.settle();

    assertThat(world.status().phase()).isEqualTo("RolledBack");
    assertThat(world.status().failure().reason()).isEqualTo("ProbeFailed");
    assertThat(world.cluster.writes).noneMatch(write -> write.contains("-1-up-"));
  }

  @Test
  void aServiceOfWhichNoPodIsReadyStartsNothing() {
    SchemaWorld world = new SchemaWorld(probed());
    world.workload.ready = 0;
    world.settle();
    assertThat(world.status().startTime()).isNull();
    assertThat(world.status().message()).contains("no pod of Deployment orders is ready");

    world.workload.ready = 2;
    world.workload.isThere = false;
    world.settle();
    assertThat(world.status().startTime()).isNull();

    world.workload.isThere = true;
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  /** Pods that were started anew meanwhile, and of which none becomes ready. */
  @Test
  void aServiceOfWhichNoPodIsReadyAnyMoreTakesBack() {
    SchemaWorld world = new SchemaWorld(probed());
    until(world, "1/settle");
    world.workload.ready = 0;
    world.workload.lostAt = world.now;
    world.workload.initializedAt = world.now;
    world.settle();

    isTakenBack(world);
    assertThat(world.status().message())
        .contains("probe up of orders failed 3 times in a row: no pod of Deployment orders is");
  }

  /** Probes ask those that are ready: what a version has broken is the others. */
  @Test
  void aPodThatIsLostForLongTakesBack() {
    SchemaWorld world = new SchemaWorld(probed());
    until(world, "1/settle");
    world.workload.ready = 1;
    world.workload.lostAt = world.now;
    world.settle();

    isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("PodsUnhealthy");
    assertThat(world.status().message())
        .contains("Deployment orders is not healthy: 1 of 2 pods are ready");
    assertThat(world.cluster.writes).noneMatch(write -> write.contains("-2-up-"));
  }

  @Test
  void aPodThatIsLostForAMomentOnlyHoldsItUp() {
    SchemaWorld world = new SchemaWorld(probed());
    until(world, "1/settle");
    world.now = world.now.plusSeconds(60);
    world.workload.ready = 1;
    world.workload.lostAt = world.now;
    for (int rounds = 0; rounds < 5; rounds++) {
      world.settleOnce();
    }
    assertThat(world.isAt("1/settle", StepState.RUNNING)).isTrue();
    assertThat(world.status().message())
        .contains("waiting for the pods of Deployment orders: 1 of 2 are ready");

    world.workload.ready = 2;
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  /** As when an autoscaler wants more. */
  @Test
  void aPodThatHasNeverBeenReadyIsGivenItsTime() {
    SchemaWorld world = new SchemaWorld(probed());
    until(world, "1/settle");
    world.workload.ready = 1;
    world.workload.lostAt = world.now;
    world.workload.initializedAt = world.now;
    world.now = world.now.plusSeconds(600);
    for (int rounds = 0; rounds < 5; rounds++) {
      world.settleOnce();
    }
    assertThat(world.isAt("1/settle", StepState.RUNNING)).isTrue();
    assertThat(world.database.applied).containsExactly("1");

    world.workload.ready = 2;
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void aServiceThatIsShortOfPodsStartsNothing() {
    SchemaWorld world = new SchemaWorld(probed());
    world.workload.ready = 1;
    world.settle();
    assertThat(world.status().startTime()).isNull();
    assertThat(world.status().message()).contains("only 1 of 2 pods of Deployment orders is ready");

    world.workload.ready = 2;
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void aPauseForAFailureIsNotAskedAbout() {
    SchemaWorld world = badWith("2", probed("\"onFailure\": \"Pause\""));
    world.settle();
    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.database.applied).containsExactly("1", "2");
    int asked = world.asking.asked.size();

    set(world, "paused", true);
    world.settle();
    assertThat(world.asking.asked).hasSize(asked);

    world.asking.answers = id -> Optional.empty();
    set(world, "paused", false);
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void podsAreNotWatchedWhileNothingIsDecidedByThem() {
    SchemaWorld world = badWith("2", probed("\"onFailure\": \"Pause\""));
    until(world, "1/settle");
    assertThat(world.cluster.isWatching()).isTrue();

    world.settle();
    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.cluster.isWatching()).isFalse();
  }

  @Test
  void podsAreNotWatchedOnTheWayBack() {
    SchemaWorld world = badWith("2", probed());
    world.database.failing.add("1/DOWN");
    world.settle();

    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.database.applied).containsExactly("1");
    assertThat(world.cluster.isWatching()).isFalse();
  }

  /** Pods that were lost meanwhile are seen before a Job is made, not after. */
  @Test
  void whoeverLetsItGoOnIsHeldToThePodsAtOnce() {
    SchemaWorld world = new SchemaWorld(probed("\"onFailure\": \"Pause\""));
    world.database.failing.add("2/UP");
    world.settle();
    assertThat(world.message("Stalled")).contains("syntax error in 2");

    world.database.failing.clear();
    world.workload.lostAt = world.now;
    world.workload.ready = 1;
    set(world, "paused", true);
    world.settle();
    world.now = world.now.plusSeconds(8 * 3600);
    set(world, "paused", false);
    world.settle();

    assertThat(world.message("Stalled")).contains("1 of 2 pods are ready");
    assertThat(world.database.applied).containsExactly("1");
  }

  /** What was watched before somebody has mended something says nothing of afterwards. */
  @Test
  void aVersionSettlesAnewWhenWhatHadFailedIsMended() {
    SchemaWorld world = new SchemaWorld(probed("\"onFailure\": \"Pause\""));
    until(world, "1/settle");
    world.now = world.now.plusSeconds(50);
    world.asking.answers = id -> BAD;
    world.settle();
    assertThat(world.status().failure().reason()).isEqualTo("ProbeFailed");

    set(world, "paused", true);
    world.settle();
    world.asking.answers = id -> Optional.empty();
    world.now = world.now.plusSeconds(3600);
    set(world, "paused", false);
    world.settleOnce();
    world.now = world.now.plusSeconds(59);
    world.settleOnce();
    assertThat(world.isAt("1/settle", StepState.RUNNING)).isTrue();
    assertThat(world.database.applied).containsExactly("1");

    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  /** It begins to count anew, and what it has not asked lets nothing go on. */
  @Test
  void anOperatorThatBeganAnewAsksBeforeItDecides() {
    SchemaWorld world = new SchemaWorld(probed());
    until(world, "1/settle");
    world.asking.answers = id -> BAD;
    world.tick();
    world.tick();
    world.restart();
    world.asking.silent = true;
    world.now = world.now.plusSeconds(8 * 3600);
    world.settle();

    assertThat(world.isAt("1/settle", StepState.RUNNING)).isTrue();
    assertThat(world.status().message()).contains("probe up of orders: not asked yet");
    assertThat(world.database.applied).containsExactly("1");
    world.asking.silent = false;
    world.asking.answers = id -> Optional.empty();
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  /** As when rounds of questions queue behind others, or end in a bug. */
  @Test
  void anAnswerOfBeforeAVersionDoesNotLetItSettle() {
    SchemaWorld world = new SchemaWorld(probed());
    until(world, "1/up");
    world.asking.silent = true;
    world.settle();

    assertThat(world.isAt("1/settle", StepState.RUNNING)).isTrue();
    assertThat(world.status().message())
        .contains("waiting for probe up of orders: not answered since this step began");
    assertThat(world.tick()).as("when to look again").isPresent();
    assertThat(world.database.applied).containsExactly("1");

    world.asking.silent = false;
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void theWayBackWaitsForNoAnswer() {
    SchemaWorld world = new SchemaWorld(probed());
    until(world, "1/up");
    world.asking.silent = true;
    until(world, "1/settle");
    set(world, "abort", true);
    world.settle();

    assertThat(world.status().phase()).isEqualTo("RolledBack");
    assertThat(world.database.applied).isEmpty();
  }

  private static final String NIGHTLY =
      """
      "gate": {"window": {"schedule": "0 2 * * *", "duration": "1h", "timeZone": "UTC"}}
      """;

  private static Instant startOf(SchemaWorld world, String step) {
    return world.status().steps().stream()
        .filter(one -> one.name().equals(step))
        .map(StepStatus::startedAt)
        .findFirst()
        .orElseThrow();
  }

  /** In a window, and nobody has answered yet. */
  private static SchemaWorld waitingInAWindow() {
    SchemaWorld world = new SchemaWorld(probed(NIGHTLY));
    until(world, "window-before-versions");
    world.asking.silent = true;
    world.now = Instant.parse("2026-01-01T02:30:00Z");
    until(world, "health");
    return world;
  }

  @Test
  void aWindowThatClosesBeforeAllAreKnownToBeWellIsWaitedForAgain() {
    SchemaWorld world = waitingInAWindow();
    world.now = Instant.parse("2026-01-01T03:30:00Z");
    world.asking.silent = false;
    for (int rounds = 0; rounds < 10; rounds++) {
      world.settleOnce();
    }
    assertThat(world.isAt("window-before-versions", StepState.RUNNING)).isTrue();
    assertThat(world.isAt("health", StepState.PENDING)).isTrue();
    assertThat(world.database.applied).isEmpty();

    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
    Instant opens = Instant.parse("2026-01-02T02:00:00Z");
    assertThat(startOf(world, "health")).isBetween(opens, opens.plusSeconds(60));
    assertThat(startOf(world, "1/up")).isBetween(opens, opens.plusSeconds(60));
  }

  @Test
  void aPauseDoesNotLetVersionsOutOfTheirWindow() {
    SchemaWorld world = waitingInAWindow();
    set(world, "paused", true);
    world.asking.silent = false;
    world.settle();
    assertThat(world.isAt("health", StepState.PENDING)).isTrue();
    assertThat(world.database.applied).isEmpty();

    world.now = Instant.parse("2026-01-01T12:00:00Z");
    set(world, "paused", false);
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(startOf(world, "1/up")).isAfter(Instant.parse("2026-01-02T02:00:00Z"));
  }

  @Test
  void whereNothingIsToBeRunNothingIsAsked() {
    SchemaWorld world = new SchemaWorld(probed());
    world.database.applied.addAll(ALL);
    world.settle();

    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.asking.asked).isEmpty();
  }

  @Test
  void aPlanAloneAsksNobody() {
    SchemaWorld world = settled(probed("\"mode\": \"PlanOnly\""));

    assertThat(world.status().phase()).isEqualTo("Planned");
    assertThat(world.asking.asked).isEmpty();
  }

  /** The Migration that stands on it has probes of its own. */
  @Test
  void nobodyIsAskedWhileAMigrationStandsOnIt() {
    SchemaWorld world = new SchemaWorld(probed("\"mode\": \"Staged\""));
    world.want(Optional.of(Wanted.RUN));
    world.settle();
    assertThat(world.isAt("stand-by", StepState.RUNNING)).isTrue();
    assertThat(world.cluster.isWatching()).isFalse();

    int asked = world.asking.asked.size();
    world.asking.answers = id -> BAD;
    world.settle();
    assertThat(world.asking.asked).hasSize(asked);
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void whatThePolicySaidAtTheStartIsAsked() {
    SchemaWorld world =
        badWith(
            "1", migration("\"settle\": \"1m\"", SERVICES, "\"health\": {\"policy\": \"web\"}"));
    world.cluster.policies.put(
        "web", SchemaHealthTest.policy(health(3, OFF).replace("\"health\":", "").strip()));
    until(world, "health");
    world.cluster.policies.clear();
    world.settle();

    isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("ProbeFailed");
  }

  /** Without a Prometheus. */
  @Test
  void answersTakenTogetherAreHeldToTheErrorRate() {
    SchemaWorld world =
        new SchemaWorld(
            probed(
                health(3, "\"responseTime\": \"Off\", \"errorRate\": \"1%\""),
                new String[] {"\"onFailure\": \"Rollback\""}));
    until(world, "1/settle");
    for (int rounds = 0; world.status().failure() == null && rounds < 100; rounds++) {
      boolean bad = rounds % 10 == 0;
      world.asking.answers = id -> bad ? BAD : Optional.empty();
      world.tick();
    }
    world.asking.answers = id -> Optional.empty();
    world.settle();

    isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("MetricOutOfLimits");
    assertThat(world.status().message()).contains("probe up of orders: the error rate");
  }

  @Test
  void answersAreComparedWithThoseOfBeforeTheFirstVersion() {
    SchemaWorld world =
        new SchemaWorld(
            probed(
                health(3, "\"responseTime\": \"2x\", \"errorRate\": \"Off\""),
                new String[] {"\"gate\": {\"delay\": \"1h\"}"}));
    world.asking.seconds = 0.2;
    for (int rounds = 0; rounds < 100; rounds++) {
      world.settleOnce();
    }
    assertThat(world.asking.asked).contains("orders/up/blue").doesNotContain("orders/up");
    world.now = world.now.plusSeconds(3600);
    until(world, "1/settle");
    assertThat(world.status().steps())
        .filteredOn(step -> step.name().equals("orders/baseline"))
        .singleElement()
        .satisfies(step -> assertThat(step.preImage().baseline().get("up").value()).isEqualTo(0.2));
    world.asking.seconds = 1;
    for (int rounds = 0; world.status().failure() == null && rounds < 100; rounds++) {
      world.tick();
    }
    world.settle();

    isTakenBack(world);
    assertThat(world.status().message())
        .contains("probe up of orders: the response time 1 s is above 0.4 s");
  }

  @Test
  void whatCouldDecideNothingIsRefused() {
    assertThat(
            settled(migration("\"settle\": \"6s\"", SERVICES, health(3, OFF))).status().message())
        .contains("not started", "spec.settle: probe up is asked every 5s", "at least 7s");
    assertThat(
            settled(
                    migration(
                        "\"settle\": \"1m\"",
                        SERVICES,
                        health(3, OFF)
                            .replace(
                                "\"name\": \"up\"", "\"name\": \"up\", \"services\": [\"users\"]")))
                .status()
                .message())
        .contains("spec.health: there is no metric and no probe in it");
  }

  @Test
  void probesNeedMoreRights() {
    SchemaWorld world = new SchemaWorld(probed());
    world.cluster.mayNot = "deployments";
    world.settle();
    assertThat(world.status().message()).contains("the operator may not get deployments.apps");

    SchemaWorld without = new SchemaWorld(migration());
    without.cluster.mayNot = "deployments";
    without.settle();
    assertThat(without.database.applied).isEqualTo(ALL);
  }

  @Test
  void anOperatorThatIsKilledAtAnyWriteGoesOnWhereItWas() {
    SchemaWorld calm = badWith("3", probed());
    calm.settle();
    IntStream.rangeClosed(1, calm.cluster.writes.size())
        .forEach(
            write -> {
              SchemaWorld world = badWith("3", probed()).killedAt(write);
              world.settle();
              isTakenBack(world);
              assertThat(world.status().failure().reason()).isEqualTo("ProbeFailed");
            });
  }
}
