package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.SchemaObserver;
import dev.godwit.operator.metric.ServiceProbe;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.preflight.ProbeChecks;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks those who use a database every probe, right before the start. */
final class SchemaProbes {

  private final Cluster cluster;
  private final Checks checks;
  private final SchemaObserver observer;

  SchemaProbes(Cluster cluster, Checks checks, SchemaObserver observer) {
    this.cluster = cluster;
    this.checks = checks;
    this.observer = observer;
  }

  /**
   * What stands against a start; empty while answers are waited for, which wake the
   * SchemaMigration.
   */
  Optional<List<String>> problems(SchemaMigration migration, SchemaRun run) {
    List<Probe> probes =
        Optional.ofNullable(run.spec().health()).map(HealthSpec::probes).orElse(List.of());
    if (probes.isEmpty() || run.plan().versions().isEmpty()) {
      return Optional.of(List.of());
    }
    List<String> problems = new ArrayList<>();
    Map<String, List<String>> serving = new LinkedHashMap<>();
    for (ServicePlan plan : run.services()) {
      ServiceView view = observer.user(migration, plan);
      List<String> ready = Rollouts.addresses(view.members());
      serving.put(plan.name(), ready);
      int wanted = Workload.of(view).map(Workload::wanted).orElse(0);
      boolean isShort = ready.isEmpty() || ready.size() < wanted;
      if (isShort && !ServiceProbe.of(run.spec().health(), plan).isEmpty()) {
        problems.add(
            "spec.services: "
                + (ready.isEmpty() ? "no pod" : "only " + ready.size() + " of " + wanted + " pods")
                + " of "
                + plan.title()
                + (ready.size() > 1 ? " are" : " is")
                + " ready, and others don't answer to probes: correct kind and name of the"
                + " workload, or wait until it serves");
      }
    }
    ProbeChecks asked = new ProbeChecks(probes, serving, checks.results(migration));
    if (!asked.questions().isEmpty()) {
      asked.questions().forEach(question -> checks.run(migration, question));
      return Optional.empty();
    }
    checks.forget(migration);
    asked.problems().stream().map(Problem::toString).forEach(problems::add);
    return Optional.of(problems);
  }

  /** Forgets what was asked, and whom: it is asked anew before a start. */
  void forget(SchemaMigration migration) {
    checks.forget(migration);
    cluster.forget(migration);
  }
}
