package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.guard.BlueIntact;
import dev.godwit.operator.guard.GreenHealthy;
import dev.godwit.operator.guard.ProbePasses;
import dev.godwit.operator.guard.TrafficHeld;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.Delay;
import dev.godwit.operator.step.DeleteBlue;
import dev.godwit.operator.step.Deploy;
import dev.godwit.operator.step.HandOver;
import dev.godwit.operator.step.HoldAutoscaler;
import dev.godwit.operator.step.Release;
import dev.godwit.operator.step.Remove;
import dev.godwit.operator.step.Return;
import dev.godwit.operator.step.Snapshot;
import dev.godwit.operator.step.Switch;
import dev.godwit.operator.step.Upgrade;
import dev.godwit.operator.step.Verbs;
import dev.godwit.operator.step.Verify;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Blue-green: snapshot, deploy green, smoke tests, tests, hold the autoscalers, switch in the order
 * of dependencies, monitor, stability, clean up. Stages in which nothing is to be done are left
 * out.
 */
public final class BlueGreenCompiler {

  private final MigrationSpec spec;
  private final BlueGreen strategy;
  private final Marks.Maker maker;
  private final List<ServicePlan> services;
  private final List<Stage> stages = new ArrayList<>();

  private BlueGreenCompiler(MigrationSpec spec, Marks.Maker maker, List<ServicePlan> services) {
    this.spec = spec;
    this.strategy = spec.strategy().blueGreen();
    this.maker = maker;
    this.services = services;
  }

  /**
   * The plan. The same arguments always give the same plan: it is compiled anew for every decision.
   *
   * @param maker the migration, as it marks what it holds and makes
   * @param services what was found and frozen when the migration started
   */
  public static Plan compile(MigrationSpec spec, Marks.Maker maker, List<ServicePlan> services) {
    return new BlueGreenCompiler(spec, maker, services).compile();
  }

  private Plan compile() {
    each("snapshot", "Snapshotting", plan -> new Snapshot(plan, maker));
    each("deploy", "Deploying", plan -> new Deploy(plan, maker, deadline(), drain()));
    verify(Verbs.SMOKE_TESTS, "SmokeTesting", strategy.smokeTests());
    verify(Verbs.TESTS, "Testing", strategy.tests());
    List<Step> holds =
        services.stream()
            .filter(plan -> plan.autoscaler().isPresent())
            .map(plan -> (Step) new HoldAutoscaler(plan))
            .toList();
    add("hold", "Switching", holds);
    inOrder("switch", "Switching", Switch::new);
    delay(Verbs.MONITOR, "Monitoring", TimeSpan.parse(strategy.monitor()), "watching green");
    delay(
        Verbs.STABILITY,
        "Stabilizing",
        TimeSpan.parse(strategy.stability()),
        "keeping blue as the way back");
    cleanUp(strategy.cleanup());
    each("release", "CleaningUp", plan -> new Release(plan, maker));
    return new Plan(stages, guards());
  }

  private void cleanUp(Cleanup cleanup) {
    switch (cleanup) {
      case REPLACE -> {
        drainBlue();
        each("upgrade", "CleaningUp", plan -> new Upgrade(plan, deadline()));
        comeHome();
      }
      case HANDOVER -> {
        each("handover", "HandingOver", HandOver::new);
        comeHome();
      }
      case DELETE -> {
        drainBlue();
        each("delete", "CleaningUp", DeleteBlue::new);
        each("remove", "CleaningUp", plan -> new Remove(plan, maker, true, verified()));
      }
      case KEEP -> each("remove", "CleaningUp", plan -> new Remove(plan, maker, true, verified()));
    }
  }

  private void comeHome() {
    inOrder("return", "CleaningUp", Return::new);
    add(
        Verbs.DRAIN_GREEN,
        "CleaningUp",
        drained(Verbs.DRAIN_GREEN, Verbs.RETURN, "letting open connections to green finish"));
    each("remove", "CleaningUp", plan -> new Remove(plan, maker, false, verified()));
  }

  private void drainBlue() {
    add(
        Verbs.DRAIN_BLUE,
        "CleaningUp",
        drained(Verbs.DRAIN_BLUE, Verbs.SWITCH, "letting open connections to blue finish"));
  }

  private List<Step> drained(String name, String movedBy, String why) {
    List<String> moves = services.stream().map(plan -> plan.step(movedBy)).toList();
    return List.of(new Delay(name, drain(), moves, why));
  }

  private void verify(String verb, String phase, List<Check> checks) {
    add(verb, phase, List.copyOf(verified(verb, checks)));
  }

  private List<Verify> verified() {
    List<Verify> all = new ArrayList<>(verified(Verbs.SMOKE_TESTS, strategy.smokeTests()));
    all.addAll(verified(Verbs.TESTS, strategy.tests()));
    return all;
  }

  private List<Verify> verified(String verb, List<Check> checks) {
    if (checks == null) {
      return List.of();
    }
    return services.stream()
        .map(
            plan ->
                new Verify(
                    plan,
                    maker,
                    verb,
                    checks.stream().filter(check -> names(check.services(), plan)).toList(),
                    spec.to()))
        .filter(step -> !step.checks().isEmpty())
        .toList();
  }

  /** Whether a list of services, where null means all, has this one in it. */
  private static boolean names(List<String> names, ServicePlan plan) {
    return names == null || names.contains(plan.name());
  }

  private void delay(String name, String phase, Duration length, String why) {
    if (!length.isZero()) {
      add(name, phase, List.of(new Delay(name, length, List.of(), why)));
    }
  }

  private void each(String name, String phase, Function<ServicePlan, Step> step) {
    add(name, phase, services.stream().map(step).toList());
  }

  /** A stage for each level of dependencies: what others depend on moves first. */
  private void inOrder(String name, String phase, Function<ServicePlan, Step> step) {
    List<List<ServicePlan>> levels = Dependencies.levels(services);
    for (int level = 0; level < levels.size(); level++) {
      String stage = level == 0 ? name : name + "-" + (level + 1);
      add(stage, phase, levels.get(level).stream().map(step).toList());
    }
  }

  private void add(String name, String phase, List<? extends Step> steps) {
    if (!steps.isEmpty()) {
      stages.add(new Stage(name, phase, List.copyOf(steps)));
    }
  }

  private List<Guard> guards() {
    List<Guard> guards = new ArrayList<>();
    for (ServicePlan plan : services) {
      guards.add(new BlueIntact(plan));
      guards.add(new GreenHealthy(plan));
      guards.add(new TrafficHeld(plan));
      for (Probe probe : probes()) {
        if (names(probe.services(), plan)) {
          guards.add(new ProbePasses(plan, probe));
        }
      }
    }
    return guards;
  }

  private List<Probe> probes() {
    return spec.health() == null || spec.health().probes() == null
        ? List.of()
        : spec.health().probes();
  }

  private Duration deadline() {
    return TimeSpan.parse(strategy.deadline());
  }

  private Duration drain() {
    return TimeSpan.parse(strategy.drain());
  }
}
