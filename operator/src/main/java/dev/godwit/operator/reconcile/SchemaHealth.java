package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.metric.ServiceMetric;
import dev.godwit.operator.metric.ServiceProbe;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.preflight.HealthChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What healthy means for the services that use a database, and what is wrong with that. */
final class SchemaHealth {

  private final Policies policies;
  private final Metrics metrics;

  SchemaHealth(Cluster cluster, Metrics metrics) {
    this.policies = new Policies(cluster);
    this.metrics = metrics;
  }

  /** The specification of one that has not started, with what its policy says now. */
  SchemaMigrationSpec resolved(SchemaMigration migration) {
    SchemaMigrationSpec spec = migration.getSpec();
    String namespace = migration.getMetadata().getNamespace();
    return spec.with(policies.meant(spec.health(), Optional.empty(), namespace));
  }

  /** What of a policy is to be kept in the status. */
  static Optional<HealthSpec> kept(SchemaMigrationSpec resolved) {
    return Optional.ofNullable(resolved.health())
        .filter(health -> health.policy() != null)
        .map(health -> health.named(null));
  }

  /** Why nothing could be decided by it. */
  List<String> problems(SchemaMigrationSpec resolved) {
    HealthSpec health = resolved.health();
    if (health == null) {
      return List.of();
    }
    List<ServiceMetric> asked =
        resolved.services().stream()
            .map(ServicePlan::watched)
            .flatMap(service -> ServiceMetric.of(health, service).stream())
            .toList();
    List<ServiceProbe> probes =
        resolved.services().stream()
            .map(ServicePlan::watched)
            .flatMap(service -> ServiceProbe.of(health, service).stream())
            .toList();
    List<String> problems = new ArrayList<>();
    if (asked.isEmpty() && probes.isEmpty()) {
      problems.add(
          health.policy() == null
              ? "spec.health: there is no metric and no probe in it that could be asked for: set"
                  + " probes or prometheus"
              : "spec.health.policy: there is no HealthPolicy "
                  + health.policy()
                  + " in this namespace, or no metric and no probe in it that could be asked for:"
                  + " create it, or correct the name");
    }
    if (health.triggers() != null && health.triggers().criticalChecks() != null) {
      problems.add(
          "spec.health: a SchemaMigration has no checks: name a policy without"
              + " triggers.criticalChecks");
    }
    problems.addAll(HealthChecks.contradictions(health));
    Optional.ofNullable(health.prometheus())
        .flatMap(prometheus -> metrics.refusal(prometheus.url()))
        .map(why -> "spec.health.prometheus.url: " + why)
        .ifPresent(problems::add);
    asked.stream()
        .max(Comparator.comparing(ServiceMetric::window))
        .filter(longest -> longest.window().compareTo(settle(resolved)) > 0)
        .map(
            longest ->
                "spec.settle: %s is measured over %s: make settle at least that long, or what is measured is of before the version"
                    .formatted(longest.metric().name(), longest.window().toSeconds() + "s"))
        .ifPresent(problems::add);
    probes.stream()
        .max(Comparator.comparing(SchemaHealth::untilAnswered))
        .filter(slowest -> untilAnswered(slowest).compareTo(settle(resolved)) > 0)
        .map(
            slowest ->
                "spec.settle: probe %s is asked every %ds, and its answer may take %ds: make settle at least %ds, or the last answer is of before the version"
                    .formatted(
                        slowest.probe().name(),
                        slowest.interval().toSeconds(),
                        slowest.timeout().toSeconds(),
                        untilAnswered(slowest).toSeconds()))
        .ifPresent(problems::add);
    return problems;
  }

  /** How long it takes at most from any moment to an answer to what was asked after it. */
  private static Duration untilAnswered(ServiceProbe probe) {
    return probe.interval().plus(probe.timeout());
  }

  private static Duration settle(SchemaMigrationSpec spec) {
    return TimeSpan.parse(spec.settle());
  }
}
