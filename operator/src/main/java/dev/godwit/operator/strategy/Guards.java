package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Triggers;
import dev.godwit.operator.guard.BaselineMeasured;
import dev.godwit.operator.guard.BlueIntact;
import dev.godwit.operator.guard.ComparisonMeasured;
import dev.godwit.operator.guard.DataConsistent;
import dev.godwit.operator.guard.GreenHealthy;
import dev.godwit.operator.guard.MembersHealthy;
import dev.godwit.operator.guard.MetricWithin;
import dev.godwit.operator.guard.NewVersion;
import dev.godwit.operator.guard.ProbePasses;
import dev.godwit.operator.guard.RetiredHealthy;
import dev.godwit.operator.guard.RotationHeld;
import dev.godwit.operator.guard.TrafficHeld;
import dev.godwit.operator.metric.AnswerTriggers;
import dev.godwit.operator.metric.ServiceMetric;
import dev.godwit.operator.metric.ServiceProbe;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.AnswerBaseline;
import dev.godwit.operator.step.Baseline;
import dev.godwit.operator.step.Compare;
import dev.godwit.operator.step.DataWatch;
import dev.godwit.operator.step.Verify;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The guards of a migration: the same in every strategy, each on for as long as its service says.
 */
final class Guards {

  private static final int DEFAULT_ATTEMPTS = 3;

  private Guards() {}

  static List<Guard> of(
      MigrationSpec spec, Marks.Maker maker, List<ServicePlan> services, List<Stage> stages) {
    List<Guard> guards = new ArrayList<>();
    boolean retires = retiresEarly(spec);
    for (ServicePlan plan : services) {
      guards.addAll(
          plan.inPlace().isPresent() ? ofInPlace(plan, services) : ofReplaced(plan, retires));
      NewVersion watched = new NewVersion(plan, retires);
      probes(spec, plan).map(probe -> new ProbePasses(probe, watched)).forEach(guards::add);
      for (ServiceMetric metric : ServiceMetric.of(spec.health(), plan)) {
        guards.add(new MetricWithin(metric, maker.namespace(), watched));
      }
      baseline(spec, maker, plan).map(BaselineMeasured::new).ifPresent(guards::add);
      data(spec, maker, plan)
          .map(watch -> new DataConsistent(watch, stepOf(watch, stages), retires))
          .forEach(guards::add);
    }
    stages.stream()
        .flatMap(stage -> stage.steps().stream())
        .filter(Compare.class::isInstance)
        .map(step -> new ComparisonMeasured((Compare) step))
        .forEach(guards::add);
    guards.addAll(GateStages.guards(stages));
    guards.addAll(SchemaStages.guards(stages));
    return guards;
  }

  /** The step that notes what the old version's metrics are; empty where no limit needs that. */
  static Optional<Baseline> baseline(MigrationSpec spec, Marks.Maker maker, ServicePlan plan) {
    List<ServiceMetric> relative =
        ServiceMetric.of(spec.health(), plan).stream().filter(ServiceMetric::isRelative).toList();
    return relative.isEmpty()
        ? Optional.empty()
        : Optional.of(new Baseline(plan, relative, maker.namespace()));
  }

  /** What is noted of the old version's answers to probes before traffic moves. */
  static AnswerBaseline answers(MigrationSpec spec, ServicePlan plan) {
    AnswerTriggers triggers = AnswerTriggers.of(spec.health());
    return triggers.ratio().isEmpty()
        ? AnswerBaseline.NONE
        : new AnswerBaseline(
            probes(spec, plan).map(probe -> probe.probe().name()).toList(), triggers.least());
  }

  /** What is asked of databases again and again while the new version of a service serves. */
  static Stream<DataWatch> data(MigrationSpec spec, Marks.Maker maker, ServicePlan plan) {
    Optional<Triggers> triggers = Optional.ofNullable(spec.health()).map(HealthSpec::triggers);
    boolean all = triggers.map(Triggers::dataInconsistency).orElse(true);
    List<String> critical = triggers.map(Triggers::criticalChecks).orElse(List.of());
    return checks(spec)
        .filter(check -> check.sql() != null && names(check.services(), plan))
        .filter(check -> all || critical.contains(check.name()))
        .map(check -> new DataWatch(plan, check, maker));
  }

  /** The step that has made a check before: of a service in place, that of its first member. */
  private static String stepOf(DataWatch watch, List<Stage> stages) {
    return stages.stream()
        .flatMap(stage -> stage.steps().stream())
        .filter(Verify.class::isInstance)
        .map(Verify.class::cast)
        .filter(step -> step.plan().equals(watch.plan()) && step.checks().contains(watch.check()))
        .map(Verify::name)
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Check> checks(MigrationSpec spec) {
    return Stream.of(spec.strategy().settings().smokeTests(), spec.strategy().settings().tests())
        .filter(checks -> checks != null)
        .flatMap(List::stream);
  }

  /** What is asked of a service's pods: the user's probes, and critical checks. */
  static Stream<ServiceProbe> probes(MigrationSpec spec, ServicePlan plan) {
    Stream<ServiceProbe> critical =
        Optional.ofNullable(spec.health())
            .map(HealthSpec::triggers)
            .map(Triggers::criticalChecks)
            .stream()
            .flatMap(List::stream)
            .flatMap(name -> critical(name, spec).stream())
            .filter(probe -> names(probe.services(), plan))
            .map(probe -> new ServiceProbe(plan, probe, AnswerTriggers.of(spec.health())));
    return Stream.concat(ServiceProbe.of(spec.health(), plan).stream(), critical);
  }

  private static List<Guard> ofInPlace(ServicePlan plan, List<ServicePlan> services) {
    return List.of(
        new MembersHealthy(plan), new RotationHeld(plan, Dependencies.neighbours(plan, services)));
  }

  private static List<Guard> ofReplaced(ServicePlan plan, boolean retires) {
    List<Guard> guards =
        new ArrayList<>(
            List.of(
                new BlueIntact(plan),
                new GreenHealthy(plan, retires),
                new TrafficHeld(plan, retires)));
    if (retires) {
      guards.add(new RetiredHealthy(plan));
    }
    return guards;
  }

  private static boolean retiresEarly(MigrationSpec spec) {
    return spec.strategy().rolling() != null
        && spec.strategy().rolling().retire() == Retire.AFTER_EACH;
  }

  /** A check that is asked again and again while the new version serves. */
  private static Optional<Probe> critical(String name, MigrationSpec spec) {
    return checks(spec)
        .filter(check -> check.name().equals(name) && check.job() == null && check.sql() == null)
        .findFirst()
        .map(
            check ->
                new Probe(
                    "critical-" + name,
                    check.http(),
                    check.tcp(),
                    check.grpc(),
                    check.services(),
                    Optional.ofNullable(spec.health().interval()).orElse("5s"),
                    Optional.ofNullable(check.timeout()).orElse("5s"),
                    Optional.ofNullable(check.attempts()).orElse(DEFAULT_ATTEMPTS)));
  }

  /** Whether a list of services, where null means all, has this one in it. */
  static boolean names(List<String> names, ServicePlan plan) {
    return names == null || names.contains(plan.name());
  }
}
