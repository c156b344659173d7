package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.RotationService;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether the quotas of the namespace leave room for what is made for all services together: pods,
 * requests and limits of cpu and memory, and the number of objects. A quota of some pods only is
 * left to the API server: which those are is not looked into.
 */
final class QuotaCheck {

  private QuotaCheck() {}

  static Stream<Problem> room(List<Subject> subjects, List<ResourceQuota> quotas) {
    return quotas.stream().flatMap(quota -> room(subjects, quota));
  }

  private static Stream<Problem> room(List<Subject> subjects, ResourceQuota quota) {
    boolean isScoped =
        quota.getSpec() != null
            && (quota.getSpec().getScopeSelector() != null
                || !quota.getSpec().getScopes().isEmpty());
    if (isScoped || quota.getStatus() == null || quota.getStatus().getHard() == null) {
      return Stream.empty();
    }
    Map<String, Quantity> used = Optional.ofNullable(quota.getStatus().getUsed()).orElse(Map.of());
    return quota.getStatus().getHard().entrySet().stream()
        .flatMap(
            hard -> {
              BigDecimal needed = needed(subjects, hard.getKey());
              BigDecimal free =
                  amount(hard.getValue())
                      .subtract(amount(used.getOrDefault(hard.getKey(), new Quantity("0"))));
              return needed.signum() == 0 || needed.compareTo(free) <= 0
                  ? Stream.empty()
                  : Stream.of(
                      new Problem(
                          "spec.services",
                          "ResourceQuota "
                              + quota.getMetadata().getName()
                              + " leaves no room for the migration: "
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

  private static BigDecimal needed(List<Subject> subjects, String resource) {
    return switch (resource) {
      case "services", "count/services" -> BigDecimal.valueOf(services(subjects));
      // The record of the start.
      case "count/controllerrevisions.apps" -> BigDecimal.valueOf(subjects.size());
      default ->
          subjects.stream()
              .filter(subject -> !subject.isInPlace())
              .map(subject -> needed(subject, resource))
              .reduce(BigDecimal.ZERO, BigDecimal::add);
    };
  }

  /**
   * Each green has one of its own until the clean-up; the one that shows who is in rotation is
   * there while a turn begins.
   */
  private static long services(List<Subject> subjects) {
    long greens = subjects.stream().filter(subject -> !subject.isInPlace()).count();
    long rotating =
        subjects.stream()
            .filter(Subject::isInPlace)
            .map(subject -> RotationService.name(subject.spec()))
            .distinct()
            .count();
    return greens + Math.min(rotating, atATime(subjects));
  }

  private static int atATime(List<Subject> subjects) {
    return subjects.stream()
        .flatMap(subject -> Stream.ofNullable(subject.migrationSpec().strategy().rolling()))
        .flatMap(rolling -> Stream.ofNullable(rolling.maxConcurrent()))
        .findFirst()
        .orElse(1);
  }

  private static BigDecimal needed(Subject subject, String resource) {
    BigDecimal pods = BigDecimal.valueOf(pods(subject));
    return switch (resource) {
      case "pods", "count/pods" -> pods;
      case "cpu", "requests.cpu" -> perPod(subject, false, "cpu").multiply(pods);
      case "memory", "requests.memory" -> perPod(subject, false, "memory").multiply(pods);
      case "limits.cpu" -> perPod(subject, true, "cpu").multiply(pods);
      case "limits.memory" -> perPod(subject, true, "memory").multiply(pods);
      // Green itself and its ReplicaSet.
      case "count/deployments.apps", "count/replicasets.apps" ->
          subject.spec().replacement() == null ? BigDecimal.ONE : BigDecimal.ZERO;
      // Other resources are not made in numbers that matter, or not by a Deployment's pods.
      default -> BigDecimal.ZERO;
    };
  }

  /**
   * Pods that green has, or what a replacement lacks of them; and, where the original is brought to
   * the new version while green serves, the one more without which its rollout would not begin.
   */
  private static int pods(Subject subject) {
    int wanted = Rollouts.wanted(subject.blue());
    int there = subject.replacement().map(Rollouts::wanted).orElse(0);
    Cleanup cleanup = subject.migrationSpec().strategy().settings().cleanup();
    boolean isRolledOut = cleanup != Cleanup.KEEP && cleanup != Cleanup.DELETE;
    int more = isRolledOut && Rollouts.needsOneMore(subject.blue()) ? 1 : 0;
    return Math.max(wanted - there, 0) + more;
  }

  /**
   * What one pod of the new version takes: its containers together, or the one of those before them
   * that takes most, if that is more (as the scheduler counts).
   */
  private static BigDecimal perPod(Subject subject, boolean limits, String resource) {
    PodSpec pod = subject.newTemplate().orElse(subject.blue().getSpec().getTemplate()).getSpec();
    Map<Boolean, List<Container>> before =
        Optional.ofNullable(pod.getInitContainers()).orElse(List.of()).stream()
            .collect(Collectors.partitioningBy(one -> "Always".equals(one.getRestartPolicy())));
    BigDecimal together =
        Stream.concat(pod.getContainers().stream(), before.get(true).stream())
            .map(one -> quantity(one, limits, resource))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    return before.get(false).stream()
        .map(one -> quantity(one, limits, resource))
        .reduce(together, BigDecimal::max);
  }

  private static BigDecimal quantity(Container container, boolean limits, String resource) {
    return Optional.ofNullable(container.getResources())
        .map(all -> limits ? all.getLimits() : all.getRequests())
        .map(named -> named.get(resource))
        .map(QuotaCheck::amount)
        .orElse(BigDecimal.ZERO);
  }

  private static BigDecimal amount(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity);
  }
}
