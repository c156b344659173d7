package dev.godwit.operator.resource;

import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Builds, for green, the twins of what goes by blue's name or labels. An original that covers green
 * as well needs none: a second budget for the same pods would even forbid every eviction.
 *
 * <p>A twin is called {@code NAME-green} where the original is called like the workload, else
 * {@code NAME-WORKLOAD-green}, since an object may matter to several services.
 */
public final class Twins {

  private Twins() {}

  /**
   * Which of the objects need a twin, as KIND/NAME, sorted.
   *
   * @param greenLabels the labels, with green's values, that tell green from blue; when empty
   *     (green is a Deployment of the user's), nothing needs one
   */
  public static List<String> keys(
      Deployment blue,
      Map<String, String> greenLabels,
      List<HorizontalPodAutoscaler> autoscalers,
      List<PodDisruptionBudget> budgets,
      List<NetworkPolicy> policies) {
    if (greenLabels.isEmpty()) {
      return List.of();
    }
    Sides sides = Sides.of(blue, greenLabels);
    String namespace = blue.getMetadata().getNamespace();
    return Stream.of(
            autoscalers.stream().filter(autoscaler -> scales(autoscaler, Workload.of(blue))),
            budgets.stream().filter(budget -> sides.isBlueOnly(budget.getSpec().getSelector())),
            policies.stream().filter(policy -> new PolicyTwins(sides, namespace).needs(policy)))
        .flatMap(objects -> objects)
        .map(Twins::key)
        .sorted()
        .toList();
  }

  /** The object as KIND/NAME. */
  public static String key(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }

  /** Whether the autoscaler scales the workload. */
  public static boolean scales(HorizontalPodAutoscaler autoscaler, Workload workload) {
    CrossVersionObjectReference target = autoscaler.getSpec().getScaleTargetRef();
    return workload.object().getKind().equals(target.getKind())
        && (target.getApiVersion() == null || target.getApiVersion().startsWith("apps/"))
        && workload.object().getMetadata().getName().equals(target.getName());
  }

  /**
   * The twins of an object: mostly one; for a NetworkPolicy that both applies to blue and lets blue
   * in, two; none where it doesn't concern blue, or covers green as it is.
   *
   * @throws IllegalArgumentException if it is of a kind that can't be doubled
   */
  public static List<HasMetadata> of(
      HasMetadata original, Deployment blue, ServicePlan plan, Marks.Maker maker) {
    Sides sides = Sides.of(blue, plan.greenLabels());
    return switch (original) {
      case HorizontalPodAutoscaler autoscaler when scales(autoscaler, Workload.of(blue)) ->
          List.of(autoscaler(autoscaler, plan, maker));
      case PodDisruptionBudget budget when sides.isBlueOnly(budget.getSpec().getSelector()) ->
          List.of(budget(budget, sides, plan, maker));
      case NetworkPolicy policy ->
          new PolicyTwins(sides, blue.getMetadata().getNamespace()).of(policy, plan, maker);
      case HorizontalPodAutoscaler _, PodDisruptionBudget _ -> List.of();
      default -> throw new IllegalArgumentException("no twin can be made of " + key(original));
    };
  }

  /**
   * The twins that are yet to be made.
   *
   * @param originals what gets a twin, by KIND/NAME
   * @param existingTwins what there is of them, by KIND/NAME; one that this migration did not make
   *     counts for nothing
   */
  public static List<HasMetadata> missing(
      Map<String, HasMetadata> originals,
      Map<String, HasMetadata> existingTwins,
      Deployment blue,
      ServicePlan plan,
      Marks.Maker maker) {
    return new TreeMap<>(originals)
        .values().stream()
            .flatMap(original -> of(original, blue, plan, maker).stream())
            .filter(twin -> !isThere(twin, existingTwins, maker))
            .toList();
  }

  /** The name of the twin of an object. */
  static String name(HasMetadata original, ServicePlan plan, String suffix) {
    String name = original.getMetadata().getName();
    String workload = name.equals(plan.workload()) ? "" : "-" + plan.workload();
    return Names.suffixed(name + workload, suffix, Names.OBJECT_LENGTH);
  }

  private static boolean isThere(
      HasMetadata twin, Map<String, HasMetadata> existing, Marks.Maker maker) {
    HasMetadata there = existing.get(key(twin));
    return there != null && Marks.wasMadeBy(there, maker.uid());
  }

  /** Never scales down, or it would take away what an idle green needs when traffic comes. */
  private static HasMetadata autoscaler(
      HorizontalPodAutoscaler original, ServicePlan plan, Marks.Maker maker) {
    return new HorizontalPodAutoscalerBuilder()
        .withMetadata(
            CopiedMetadata.of(original.getMetadata(), name(original, plan, "-green"), plan, maker))
        .withSpec(original.getSpec())
        .editSpec()
        .editScaleTargetRef()
        .withName(plan.green())
        .endScaleTargetRef()
        .editOrNewBehavior()
        .editOrNewScaleDown()
        .withSelectPolicy(Changes.DISABLED)
        .endScaleDown()
        .endBehavior()
        .endSpec()
        .build();
  }

  private static HasMetadata budget(
      PodDisruptionBudget original, Sides sides, ServicePlan plan, Marks.Maker maker) {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(
            CopiedMetadata.of(original.getMetadata(), name(original, plan, "-green"), plan, maker))
        .withSpec(original.getSpec())
        .editSpec()
        .withSelector(sides.toGreen(original.getSpec().getSelector()))
        .endSpec()
        .build();
  }
}
