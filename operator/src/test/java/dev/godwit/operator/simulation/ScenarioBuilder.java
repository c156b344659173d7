package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.OnProviderError;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.SpecFixture;
import dev.godwit.operator.simulation.Scenario.Disturbance;
import dev.godwit.operator.simulation.Scenario.Faults;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A scenario that is told rather than drawn by lot: 1.9 to 2.0, in calm weather. */
final class ScenarioBuilder {

  private final String name;
  private final List<HasMetadata> objects = new ArrayList<>();
  private final List<ServiceSpec> services = new ArrayList<>();
  private final List<Check> smokeTests = new ArrayList<>();
  private final List<Check> tests = new ArrayList<>();
  private final List<Probe> probes = new ArrayList<>();
  private final List<Disturbance> disturbances = new ArrayList<>();
  private boolean prometheus;
  private Cleanup cleanup = Cleanup.REPLACE;
  private Optional<Integer> maxConcurrent = Optional.empty();
  private Retire retire = Retire.AT_END;
  private Gates gates;
  private Performance performance;
  private Optional<FakeRunner.Truth> truth = Optional.empty();
  private String createdBy;
  private final List<Approver.Reply> replies = new ArrayList<>();
  private final Set<String> failing = new HashSet<>();
  private final List<SchemaStage> schemas = new ArrayList<>();
  private final Map<String, SchemaController.Fate> fates = new HashMap<>();

  private ScenarioBuilder(String name) {
    this.name = name;
  }

  static ScenarioBuilder scenario(String name) {
    return new ScenarioBuilder(name);
  }

  /** A Deployment with two pods, and the Service that leads to it. */
  ScenarioBuilder service(String service, String... dependsOn) {
    objects.add(Inventory.deployment(service, 2, "1.9"));
    objects.add(Inventory.service(service, Map.of("app", service)));
    services.add(SpecFixture.service(service).dependsOn(dependsOn).spec());
    return this;
  }

  /** A StatefulSet that is upgraded in place, and the Services that lead to it. */
  ScenarioBuilder set(String service, int members, String... dependsOn) {
    objects.add(Inventory.statefulSet(service, members, "1.9"));
    objects.add(Inventory.service(service, Map.of("app", service)));
    objects.add(Inventory.headless(service));
    services.add(inPlace(service, WorkloadKind.STATEFUL_SET, null, dependsOn));
    return this;
  }

  /** Deployments behind one Service, each of which is taken out of it as a whole. */
  ScenarioBuilder cells(String pool, String... names) {
    objects.add(Inventory.service(pool, Map.of(Inventory.POOL, pool)));
    for (String cell : names) {
      objects.add(Inventory.cell(cell, pool, 2, "1.9"));
      services.add(inPlace(cell, WorkloadKind.DEPLOYMENT, pool));
    }
    return this;
  }

  private static ServiceSpec inPlace(
      String service, WorkloadKind kind, String pool, String... dependsOn) {
    return SpecFixture.inPlace(kind, service).sharedService(pool).dependsOn(dependsOn).spec();
  }

  /** The service that was added last is backed up before, and restored on the way back. */
  ScenarioBuilder withBackup() {
    ServiceSpec last = services.removeLast();
    services.add(
        SpecFixture.like(last)
            .backup(new ServiceSpec.Backup(job("registry.example/backup:1"), null, "10m"))
            .restore(new ServiceSpec.Restore(job("registry.example/restore:1"), "10m"))
            .spec());
    return this;
  }

  /** A check of a member, or a Job of one, that does not pass: SERVICE/CHECK or MEMBER/CHECK. */
  ScenarioBuilder failing(String check) {
    failing.add(check);
    return this;
  }

  /** Old versions are given up one by one. */
  ScenarioBuilder retiring() {
    retire = Retire.AFTER_EACH;
    return this;
  }

  private static JobCheck job(String image) {
    return new JobCheck(image, null, null, null);
  }

  /** A second Service that leads to it. */
  ScenarioBuilder alsoReachedAs(String other, String service) {
    objects.add(Inventory.service(other, Map.of("app", service)));
    return this;
  }

  /** An autoscaler, a budget and a policy that go by the name and the labels of a service. */
  ScenarioBuilder withCompanions(String service) {
    objects.add(Inventory.autoscaler(service, 1, 5, null, null));
    objects.add(Inventory.budget(service));
    objects.add(Inventory.policy(service, "gateway"));
    return this;
  }

  ScenarioBuilder smokeTest(String check) {
    smokeTests.add(
        new Check(
            check,
            new HttpCheck("/", 8080, null, null, null),
            null,
            null,
            null,
            null,
            null,
            null,
            3));
    return this;
  }

  ScenarioBuilder testJob(String check) {
    tests.add(
        new Check(check, null, null, null, job("registry.example/check:1"), null, null, null, 3));
    return this;
  }

  ScenarioBuilder probe(String probe) {
    HttpCheck http = new HttpCheck("/healthz", 8080, null, null, null);
    probes.add(new Probe(probe, http, null, null, null, "5s", "2s", 3));
    return this;
  }

  /** Prometheus is asked every five seconds for what is measured by default. */
  ScenarioBuilder prometheus() {
    prometheus = true;
    return this;
  }

  /** Where it waits for people and windows. */
  ScenarioBuilder gates(Gates others, Approver.Reply... answers) {
    gates = others;
    replies.addAll(List.of(answers));
    return this;
  }

  /** New and old are compared under load, and this is what every load finds. */
  ScenarioBuilder compared(Performance what, FakeRunner.Truth found) {
    performance = what;
    truth = Optional.of(found);
    return this;
  }

  ScenarioBuilder cleanup(Cleanup other) {
    cleanup = other;
    return this;
  }

  /** Something that somebody does, so many seconds after a step of that verb has begun. */
  ScenarioBuilder but(Disturbance.Kind kind, String service, String after, int seconds) {
    disturbances.add(new Disturbance(kind, service, after, Duration.ofSeconds(seconds)));
    return this;
  }

  /** A schema that gets what the new version needs, before anything else. */
  ScenarioBuilder expand(String schema, OnRollback onRollback, String... versions) {
    objects.add(Inventory.schema(schema, "shop-db", false, List.of(versions)));
    schemas.add(new SchemaStage(schema, SchemaWhen.BEFORE_DEPLOY, onRollback));
    return this;
  }

  /** A schema that loses what nobody needs any more, at the end. */
  ScenarioBuilder contract(String schema, String... versions) {
    objects.add(Inventory.schema(schema, "shop-db", false, List.of(versions)));
    schemas.add(new SchemaStage(schema, SchemaWhen.AFTER_CLEANUP, OnRollback.TAKE_BACK));
    return this;
  }

  /** What becomes of a schema. */
  ScenarioBuilder fate(String schema, SchemaController.Fate fate) {
    fates.put(schema, fate);
    return this;
  }

  /** In turns of at most so many services, a minute of monitoring each. */
  ScenarioBuilder rolling(int atOnce) {
    maxConcurrent = Optional.of(atOnce);
    return this;
  }

  private Strategy strategy() {
    return maxConcurrent
        .map(
            atOnce ->
                new Strategy(
                    null,
                    new Rolling(
                        smokeTests,
                        tests,
                        performance,
                        atOnce,
                        "2m",
                        "1m",
                        "0s",
                        "0s",
                        "30s",
                        cleanup,
                        retire,
                        gates)))
        .orElseGet(
            () ->
                new Strategy(
                    new BlueGreen(
                        smokeTests, tests, performance, "2m", "2m", "0s", "30s", cleanup, gates),
                    null));
  }

  private HealthSpec health() {
    return prometheus
        ? new HealthSpec(
            null,
            "5s",
            new PrometheusSpec("http://prometheus:9090", null),
            probes.isEmpty() ? null : probes,
            null,
            null,
            100,
            OnNoData.HOLD,
            OnProviderError.HOLD,
            "2m",
            "3m")
        : probes.isEmpty() ? null : HealthSpec.of(probes);
  }

  Scenario build() {
    MigrationSpec spec =
        new MigrationSpec(
            "1.9",
            "2.0",
            List.copyOf(services),
            strategy(),
            health(),
            schemas.isEmpty() ? null : List.copyOf(schemas),
            OnFailure.ROLLBACK,
            OnUndoFailure.CONTINUE,
            false,
            false,
            createdBy);
    return new Scenario(
        name,
        List.copyOf(objects),
        spec,
        Set.copyOf(failing),
        disturbances,
        Faults.NONE,
        replies,
        false,
        Map.copyOf(fates),
        truth);
  }
}
