package dev.godwit.operator.preflight;

import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.resource.Rollouts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the quotas of the namespace leave room for all greens together: pods, and requests and
 * limits of cpu and memory.
 */
final class QuotaCheck {

  private QuotaCheck() {}

  static Stream<Problem> room(List<Subject> subjects, List<ResourceQuota> quotas) {
    List<Subject> doubled =
        subjects.stream()
            .filter(subject -> subject.spec().replacement() == null && !subject.isInPlace())
            .toList();
    return quotas.stream().flatMap(quota -> room(doubled, quota));
  }

  private static Stream<Problem> room(List<Subject> doubled, ResourceQuota quota) {
    if (quota.getStatus() == null || quota.getStatus().getHard() == null) {
      return Stream.empty();
    }
    Map<String, Quantity> used = Optional.ofNullable(quota.getStatus().getUsed()).orElse(Map.of());
    return quota.getStatus().getHard().entrySet().stream()
        .flatMap(
            hard -> {
              BigDecimal needed = needed(doubled, hard.getKey());
              BigDecimal free =
                  amount(hard.getValue())
                      .subtract(amount(used.getOrDefault(hard.getKey(), new Quantity("0"))));
              return needed.compareTo(free) <= 0
                  ? Stream.empty()
                  : Stream.of(
                      new Problem(
                          "spec.services",
                          "ResourceQuota "
                              + quota.getMetadata().getName()
                              + " leaves no room for green: "
                              + hard.getKey()
                              + " needed "
                              + plain(needed)
                              + ", free "
                              + plain(free)));
            });
  }

  private static String plain(BigDecimal amount) {
    return amount.stripTrailingZeros().toPlainString();
  }

  private static BigDecimal needed(List<Subject> doubled, String resource) {
    return doubled.stream()
        .map(
            subject ->
                perPod(subject, resource)
                    .multiply(BigDecimal.valueOf(Rollouts.wanted(subject.blue()))))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal perPod(Subject subject, String resource) {
    return switch (resource) {
      case "pods", "count/pods" -> BigDecimal.ONE;
      case "cpu", "requests.cpu" -> sum(subject, false, "cpu");
      case "memory", "requests.memory" -> sum(subject, false, "memory");
      case "limits.cpu" -> sum(subject, true, "cpu");
      case "limits.memory" -> sum(subject, true, "memory");
      // Other resources are not made in numbers that matter, or not by a Deployment's pods.
      default -> BigDecimal.ZERO;
    };
  }

  private static BigDecimal sum(Subject subject, boolean limits, String resource) {
    return subject.blue().getSpec().getTemplate().getSpec().getContainers().stream()
        .map(Container::getResources)
        .map(resources -> quantity(resources, limits, resource))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal quantity(
      ResourceRequirements resources, boolean limits, String resource) {
    return Optional.ofNullable(resources)
        .map(all -> limits ? all.getLimits() : all.getRequests())
        .map(named -> named.get(resource))
        .map(QuotaCheck::amount)
        .orElse(BigDecimal.ZERO);
  }

  private static BigDecimal amount(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity);
  }
}
