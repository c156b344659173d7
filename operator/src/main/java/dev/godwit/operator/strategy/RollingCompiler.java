package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.resource.Marks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rolling: one turn after the other. Services that get new pods go through snapshot, backup, deploy
 * green, smoke tests, tests, hold the autoscalers, gates, switch; those that are upgraded in place
 * through snapshot, gates, and member by member out of rotation, backup, upgrade, smoke tests,
 * tests, and back; then both are monitored. At the end come stability and one clean-up for all. A
 * turn is one service, or several that don't depend on each other.
 *
 * <p>Until the clean-up every old version stands by at full size, unless it is retired after its
 * turn. So the way back begins with the traffic of all services that have moved, the last one
 * first, each confirmed before the next: that takes no longer than a write a service, and a restart
 * a member of those in place. Only then are the new pods removed, which has to wait for connections
 * to finish.
 */
final class RollingCompiler {

  private final MigrationSpec spec;
  private final Rolling strategy;
  private final Marks.Maker maker;
  private final List<ServicePlan> services;
  private final GateStages gates;
  private final List<Stage> stages = new ArrayList<>();
  private final List<Stage> trafficBack = new ArrayList<>();
  private final List<Stage> podsBack = new ArrayList<>();

  private RollingCompiler(MigrationSpec spec, Marks.Maker maker, List<ServicePlan> services) {
    this.spec = spec;
    this.strategy = spec.strategy().rolling();
    this.maker = maker;
    this.services = services;
    this.gates = new GateStages(spec, maker);
  }

  static Plan compile(MigrationSpec spec, Marks.Maker maker, List<ServicePlan> services) {
    return new RollingCompiler(spec, maker, services).compile();
  }

  private Plan compile() {
    List<List<ServicePlan>> turns =
        Dependencies.turns(services, Optional.ofNullable(strategy.maxConcurrent()).orElse(1));
    List<Stage> expand = SchemaStages.expand(spec, maker);
    stages.addAll(expand);
    for (int turn = 1; turn <= turns.size(); turn++) {
      take(turn, turns.get(turn - 1), turn == turns.size());
    }
    List<Stage> end = new ArrayList<>(Stages.of(spec, maker, "", services).stabilize().list());
    end.addAll(gates.beforeCleanup());
    end.addAll(SchemaStages.check(spec, maker));
    if (!retiresEarly()) {
      end.addAll(Stages.of(spec, maker, "", replaced(services)).cleanUp().list());
    }
    end.addAll(SchemaStages.contract(spec, maker));
    end.addAll(Stages.of(spec, maker, "", services).release().list());
    stages.addAll(end);
    List<Stage> wayBack = new ArrayList<>(end.reversed());
    wayBack.addAll(trafficBack.reversed());
    wayBack.addAll(podsBack.reversed());
    wayBack.addAll(expand.reversed());
    return new Plan(stages, wayBack, Guards.of(spec, maker, services, stages));
  }

  private boolean retiresEarly() {
    return strategy.retire() == Retire.AFTER_EACH;
  }

  private static List<ServicePlan> replaced(List<ServicePlan> services) {
    return services.stream().filter(plan -> plan.inPlace().isEmpty()).toList();
  }

  private static List<ServicePlan> inPlace(List<ServicePlan> services) {
    return services.stream().filter(plan -> plan.inPlace().isPresent()).toList();
  }

  private void take(int turn, List<ServicePlan> members, boolean last) {
    String suffix = "-" + turn;
    List<Stage> prepared = new ArrayList<>();
    if (turn > 1) {
      prepared.addAll(gates.betweenServices(suffix));
    }
    prepared.addAll(Stages.of(spec, maker, suffix, replaced(members)).prepare().list());
    List<Stage> moved = new ArrayList<>();
    moved.addAll(Stages.of(spec, maker, suffix, inPlace(members)).prepareInPlace(services).list());
    moved.addAll(gates.beforeSwitch(suffix));
    moved.addAll(Stages.of(spec, maker, suffix, replaced(members)).move().list());
    moved.addAll(Stages.of(spec, maker, suffix, inPlace(members)).inPlace(services).list());
    moved.addAll(Stages.of(spec, maker, suffix, members).watchEach().list());
    if (retiresEarly()) {
      moved.addAll(Stages.of(spec, maker, suffix, replaced(members)).retire().list());
    }
    if (!last) {
      moved.addAll(Stages.of(spec, maker, suffix, members).pause(strategy.pauseBetween()).list());
    }
    stages.addAll(prepared);
    stages.addAll(moved);
    podsBack.addAll(prepared);
    trafficBack.addAll(moved);
  }
}
