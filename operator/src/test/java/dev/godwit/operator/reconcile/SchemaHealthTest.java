package dev.godwit.operator.reconcile;

import static dev.godwit.operator.reconcile.SchemaEngineTest.ALL;
import static dev.godwit.operator.reconcile.SchemaEngineTest.isTakenBack;
import static dev.godwit.operator.reconcile.SchemaEngineTest.migration;
import static dev.godwit.operator.reconcile.SchemaEngineTest.settled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.CheckState;
import dev.godwit.api.v1alpha1.HealthPolicy;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Measured;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The services that use a database are asked while its schema is changed. */
class SchemaHealthTest {

  private static final KubernetesSerialization API = new KubernetesSerialization();

  static final String SERVICES =
      """
      "services": [{"name": "orders", "workload": {"kind": "Deployment", "name": "orders"}}]
      """;

  static final String QUEUE =
      """
      {"interval": "5s", "prometheus": {"url": "http://prometheus:9090"},
       "metrics": [{"name": "queue", "query": "queue of {{pods}}", "window": "1m", "maxRatio": "2x"}],
       "triggers": {"errorRate": "Off", "responseTime": "Off"}, "minSamples": 100,
       "onNoData": "Hold", "onProviderError": "Hold", "patience": "10m", "providerPatience": "10m"}
      """;

  private static final Measured BAD = new Measured.Value(3, OptionalDouble.of(1000));
  private static final Measured NOTHING = new Measured.Nothing("there is no such series");

  private static SchemaMigration watched(String settle) {
    return watched(settle, QUEUE);
  }

  private static SchemaMigration watched(String settle, String health) {
    return migration("\"settle\": \"%s\"".formatted(settle), SERVICES, "\"health\": " + health);
  }

  static HealthPolicy policy(String spec) {
    HealthPolicy policy = new HealthPolicy();
    policy.setSpec(API.unmarshal(spec, HealthSpec.class));
    return policy;
  }

  @Test
  void goodValuesLetItGoOn() {
    SchemaWorld world = settled(watched("1m"));

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.status().steps())
        .filteredOn(step -> step.name().equals("orders/baseline"))
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.state()).isEqualTo(StepState.DONE);
              assertThat(step.preImage().baseline().get("queue").value()).isEqualTo(1);
            });
    assertThat(world.status().checks())
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.name()).isEqualTo("orders/queue");
              assertThat(check.state()).isEqualTo(CheckState.GOOD);
              assertThat(check.max()).isEqualTo(2);
            });
  }

  @Test
  void aValueOutOfItsLimitsTakesBack() {
    SchemaWorld world = new SchemaWorld(watched("1m"));
    var good = world.measuring.prometheus;
    world.measuring.prometheus =
        request -> world.database.applied.contains("2") ? BAD : good.apply(request);
    world.settle();

    isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("MetricOutOfLimits");
    assertThat(world.status().message()).contains("queue of orders", "3 is above 2");
    assertThat(world.cluster.writes).noneMatch(write -> write.contains("-3-up-"));
  }

  @Test
  void fromAVersionWithoutDownABadValueStops() {
    SchemaWorld world =
        new SchemaWorld(
            migration(ALL, List.of("2"), "\"settle\": \"1m\"", SERVICES, "\"health\": " + QUEUE));
    var good = world.measuring.prometheus;
    world.measuring.prometheus =
        request -> world.database.applied.contains("2") ? BAD : good.apply(request);
    world.settle();

    assertThat(world.database.applied).containsExactly("1", "2");
    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.status().message()).contains("queue of orders", "no way back any more");
  }

  @Test
  void whatIsNotKnownLetsNothingGoOnAndGoesBackInTheEnd() {
    SchemaWorld world = new SchemaWorld(watched("1m"));
    var good = world.measuring.prometheus;
    world.measuring.prometheus =
        request -> world.database.applied.contains("1") ? NOTHING : good.apply(request);
    world.settle();

    isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("NoData");
    assertThat(world.cluster.writes).noneMatch(write -> write.contains("-2-up-"));
  }

  @Test
  void withoutABaselineNoVersionIsBegun() {
    SchemaWorld world = new SchemaWorld(watched("1m"));
    world.measuring.prometheus = request -> NOTHING;
    world.settle();

    assertThat(world.status().failure().reason()).isEqualTo("NoData");
    assertThat(world.cluster.writes).noneMatch(write -> write.contains("-1-up-"));
  }

  /** As after a night without an operator: it has measured nothing, and nobody has said no. */
  @Test
  void anOperatorThatWasAwayForLongMeasuresBeforeItDecides() {
    SchemaWorld world = new SchemaWorld(watched("1m"));
    while (!world.isAt("1/settle", StepState.RUNNING)) {
      world.settleOnce();
    }
    world.restart();
    world.now = world.now.plusSeconds(8 * 3600);
    world.settle();

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.status().phase()).isEqualTo("Succeeded");
  }

  @Test
  void anAnswerThatDoesNotComeAtOnceAfterALongTimeTakesNothingBack() {
    SchemaWorld world = new SchemaWorld(watched("1m"));
    var good = world.measuring.prometheus;
    while (!world.isAt("1/settle", StepState.RUNNING)) {
      world.settleOnce();
    }
    world.restart();
    world.now = world.now.plusSeconds(8 * 3600);
    world.measuring.prometheus = request -> NOTHING;
    world.tick();
    world.tick();
    world.measuring.prometheus = good;
    world.settle();

    assertThat(world.database.applied).isEqualTo(ALL);
  }

  /** The values of before the pause say nothing any more. */
  @Test
  void whatWasBadBeforeAPauseDoesNotStopASecondTry() {
    SchemaWorld world =
        new SchemaWorld(
            migration(
                "\"settle\": \"1m\"",
                "\"onFailure\": \"Pause\"",
                SERVICES,
                "\"health\": " + QUEUE));
    var good = world.measuring.prometheus;
    world.measuring.prometheus =
        request -> world.database.applied.contains("2") ? BAD : good.apply(request);
    world.settle();
    assertThat(world.status().failure().reason()).isEqualTo("MetricOutOfLimits");

    SchemaEngineTest.set(world, "paused", true);
    world.settle();
    world.measuring.prometheus = request -> NOTHING;
    SchemaEngineTest.set(world, "paused", false);
    world.tick();
    world.tick();
    assertThat(world.status().failure()).isNull();

    world.measuring.prometheus = good;
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void whatIsBadAlreadyBringsNoVersion() {
    SchemaWorld world =
        new SchemaWorld(watched("1m", QUEUE.replace("\"maxRatio\": \"2x\"", "\"max\": \"2\"")));
    world.measuring.prometheus = request -> BAD;
    world.settle();

    assertThat(world.status().failure().reason()).isEqualTo("MetricOutOfLimits");
    assertThat(world.cluster.writes).noneMatch(write -> write.contains("-1-up-"));
  }

  @Test
  void whereNothingIsToBeRunNothingIsAsked() {
    SchemaWorld world = new SchemaWorld(watched("1m"));
    world.database.applied.addAll(ALL);
    world.measuring.prometheus = request -> NOTHING;
    world.settle();

    assertThat(world.status().phase()).isEqualTo("Succeeded");
  }

  @Test
  void aPolicyThatMayNotBeReadIsNotCalledMissing() {
    SchemaWorld world = new SchemaWorld(watched("1m", "{\"policy\": \"web\"}"));
    world.cluster.policies.put("web", policy(QUEUE));
    world.cluster.mayNot = "healthpolicies";
    world.settle();

    assertThat(world.status().message()).contains("the operator may not get healthpolicies");
    assertThat(world.status().message()).doesNotContain("there is no HealthPolicy");
  }

  @Test
  void whatThePolicySaidAtTheStartHolds() {
    SchemaWorld world = new SchemaWorld(watched("1m", "{\"policy\": \"web\"}"));
    world.settle();
    assertThat(world.status().message()).contains("there is no HealthPolicy web");

    world.cluster.policies.put("web", policy(QUEUE));
    for (int rounds = 0; !world.database.applied.contains("1") && rounds < 50; rounds++) {
      world.settleOnce();
      world.now = world.now.plusSeconds(10);
    }
    assertThat(world.status().health().metrics()).hasSize(1);
    world.cluster.policies.clear();
    world.measuring.prometheus = request -> BAD;
    world.settle();

    isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("MetricOutOfLimits");
  }

  @Test
  void whatCouldDecideNothingIsRefused() {
    assertThat(settled(watched("30s")).status().message())
        .contains("not started", "spec.settle: queue is measured over 60s");
    SchemaWorld checks = new SchemaWorld(watched("1m", "{\"policy\": \"web\"}"));
    checks.cluster.policies.put(
        "web",
        policy(QUEUE.replace("\"triggers\": {", "\"triggers\": {\"criticalChecks\": [\"a\"], ")));
    checks.settle();
    assertThat(checks.status().message())
        .contains("a SchemaMigration has no checks", "criticalChecks");
    assertThat(settled(watched("1m", QUEUE.replace("prometheus:9090", "evil"))).status().message())
        .contains("spec.health.prometheus.url", "is not allowed");
    assertThat(
            settled(
                    watched(
                        "1m",
                        QUEUE.replace("\"maxRatio\": \"2x\"", "\"max\": \"1\", \"min\": \"2\"")))
                .status()
                .message())
        .contains("no value of queue is within its limits");
  }

  @Test
  void anOperatorThatIsKilledAtAnyWriteGoesOnWhereItWas() {
    SchemaWorld calm = new SchemaWorld(watched("1m"));
    var good = calm.measuring.prometheus;
    calm.measuring.prometheus =
        request -> calm.database.applied.contains("3") ? BAD : good.apply(request);
    calm.settle();
    IntStream.rangeClosed(1, calm.cluster.writes.size())
        .forEach(
            write -> {
              SchemaWorld world = new SchemaWorld(watched("1m")).killedAt(write);
              world.measuring.prometheus =
                  request -> world.database.applied.contains("3") ? BAD : good.apply(request);
              world.settle();
              isTakenBack(world);
            });
  }
}
