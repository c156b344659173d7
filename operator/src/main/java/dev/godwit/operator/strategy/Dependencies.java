package dev.godwit.operator.strategy;

import dev.godwit.operator.plan.ServicePlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The order that {@code dependsOn} gives. */
final class Dependencies {

  private Dependencies() {}

  /**
   * Services level by level, each in the listed order: what a service depends on is in an earlier
   * level than the service.
   *
   * @throws IllegalArgumentException if there is a cycle; preflight refuses those before
   */
  static List<List<ServicePlan>> levels(List<ServicePlan> services) {
    List<List<ServicePlan>> levels = new ArrayList<>();
    List<ServicePlan> left = new ArrayList<>(services);
    Set<String> placed = new HashSet<>();
    while (!left.isEmpty()) {
      List<ServicePlan> level =
          left.stream().filter(plan -> placed.containsAll(dependsOn(plan))).toList();
      if (level.isEmpty()) {
        throw new IllegalArgumentException("dependsOn has a cycle");
      }
      level.forEach(plan -> placed.add(plan.name()));
      left.removeAll(level);
      levels.add(level);
    }
    return levels;
  }

  private static List<String> dependsOn(ServicePlan plan) {
    return Optional.ofNullable(plan.spec().dependsOn()).orElse(List.of());
  }
}
