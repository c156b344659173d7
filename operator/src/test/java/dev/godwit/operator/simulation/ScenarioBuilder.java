package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.simulation.Scenario.Disturbance;
import dev.godwit.operator.simulation.Scenario.Faults;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayList;
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
  private Cleanup cleanup = Cleanup.REPLACE;
  private Optional<Integer> maxConcurrent = Optional.empty();

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
    services.add(
        new ServiceSpec(
            service,
            new ServiceSpec.Workload(WorkloadKind.DEPLOYMENT, service),
            Inventory.image(service, "2.0"),
            null,
            null,
            null,
            null,
            null,
            dependsOn.length == 0 ? null : List.of(dependsOn),
            null,
            null,
            null,
            null));
    return this;
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
            check, new HttpCheck("/", 8080, null, null, null), null, null, null, null, null, 3));
    return this;
  }

  ScenarioBuilder testJob(String check) {
    JobCheck job = new JobCheck("registry.example/check:1", null, null, null);
    tests.add(new Check(check, null, null, null, job, null, null, 3));
    return this;
  }

  ScenarioBuilder probe(String probe) {
    HttpCheck http = new HttpCheck("/healthz", 8080, null, null, null);
    probes.add(new Probe(probe, http, null, null, null, "5s", "2s", 3));
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
                        atOnce,
                        "2m",
                        "1m",
                        "0s",
                        "0s",
                        "30s",
                        cleanup,
                        Retire.AT_END)))
        .orElseGet(
            () ->
                new Strategy(
                    new BlueGreen(smokeTests, tests, "2m", "2m", "0s", "30s", cleanup), null));
  }

  Scenario build() {
    MigrationSpec spec =
        new MigrationSpec(
            "1.9",
            "2.0",
            List.copyOf(services),
            strategy(),
            probes.isEmpty() ? null : new HealthSpec(probes),
            OnFailure.ROLLBACK,
            OnUndoFailure.CONTINUE,
            false,
            false);
    return new Scenario(
        name, List.copyOf(objects), spec, Set.of(), disturbances, Faults.NONE, false);
  }
}
