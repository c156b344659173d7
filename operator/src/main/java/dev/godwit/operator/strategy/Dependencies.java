package dev.godwit.operator.strategy;

import dev.godwit.operator.plan.ServicePlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The order that {@code dependsOn} gives. */
final class Dependencies {

  private Dependencies() {}

  /**
   * Services level by level, each in the listed order: what a service depends on is in an earlier
   * level than the service, as far as it is among them.
   *
   * @throws IllegalArgumentException if there is a cycle; preflight refuses those before
   */
  static List<List<ServicePlan>> levels(List<ServicePlan> services) {
    return turns(services, services.size());
  }

  /**
   * The same with at most so many services at a time: in the listed order, apart from services that
   * are listed before what they depend on. Services that stand behind one Service are never taken
   * together: one serves while the other is out of it.
   *
   * @throws IllegalArgumentException if there is a cycle; preflight refuses those before
   */
  static List<List<ServicePlan>> turns(List<ServicePlan> services, int atOnce) {
    List<List<ServicePlan>> turns = new ArrayList<>();
    List<ServicePlan> left = new ArrayList<>(services);
    while (!left.isEmpty()) {
      Set<String> missing = left.stream().map(ServicePlan::name).collect(Collectors.toSet());
      List<ServicePlan> turn = new ArrayList<>();
      left.stream()
          .filter(plan -> dependsOn(plan).stream().noneMatch(missing::contains))
          .forEach(
              plan -> {
                if (turn.size() < atOnce && turn.stream().noneMatch(other -> share(plan, other))) {
                  turn.add(plan);
                }
              });
      if (turn.isEmpty()) {
        throw new IllegalArgumentException("dependsOn has a cycle");
      }
      left.removeAll(new HashSet<>(turn));
      turns.add(turn);
    }
    return turns;
  }

  /** The other services that are upgraded in place and stand behind a Service of this one. */
  static List<ServicePlan> neighbours(ServicePlan plan, List<ServicePlan> services) {
    return services.stream()
        .filter(other -> !other.name().equals(plan.name()))
        .filter(other -> other.inPlace().isPresent())
        .filter(other -> share(plan, other))
        .toList();
  }

  private static boolean share(ServicePlan one, ServicePlan other) {
    return one.traffic().stream().anyMatch(other.traffic()::contains);
  }

  private static List<String> dependsOn(ServicePlan plan) {
    return Optional.ofNullable(plan.spec().dependsOn()).orElse(List.of());
  }
}
