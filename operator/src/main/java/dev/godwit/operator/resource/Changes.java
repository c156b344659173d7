package dev.godwit.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Wanted;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** JSON merge patches (RFC 7396) on what the operator did not make, each of one field. */
public final class Changes {

  /** Value of {@code selectPolicy} that forbids an autoscaler to scale in that direction. */
  public static final String DISABLED = "Disabled";

  private Changes() {}

  /** Claims the object for a migration: sets the label. */
  public static Action.Patch hold(HasMetadata seen, String migration) {
    ObjectNode patch = empty();
    patch.putObject("metadata").putObject("labels").put(Marks.MIGRATION, migration);
    return new Action.Patch(seen, patch);
  }

  /**
   * Gives the object back: removes our labels, and what the operator owns of its fields, so that
   * whoever applies other values by server-side apply later meets no conflict.
   */
  public static Action.Patch release(HasMetadata seen) {
    ObjectNode patch = empty();
    ObjectNode labels = patch.putObject("metadata").putObject("labels");
    labels.putNull(Marks.MIGRATION);
    Marks.selects(seen).ifPresent(any -> labels.putNull(Marks.SELECTS));
    disown(seen, patch);
    return new Action.Patch(seen, patch);
  }

  /** Claims a SchemaMigration for a Migration, and says what that wants of it. */
  public static Action.Patch want(SchemaMigration seen, String migration, Wanted wanted) {
    ObjectNode patch = empty();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.putObject("labels").put(Marks.MIGRATION, migration);
    metadata.putObject("annotations").put(Marks.WANTED, wanted.word());
    return new Action.Patch(seen, patch);
  }

  /** Gives a SchemaMigration back. */
  public static Action.Patch wantNothing(SchemaMigration seen) {
    ObjectNode patch = empty();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.putObject("labels").putNull(Marks.MIGRATION);
    metadata.putObject("annotations").putNull(Marks.WANTED);
    return new Action.Patch(seen, patch);
  }

  /** What this very patch sets is ours all the same: the API server adds that afterwards. */
  private static void disown(HasMetadata seen, ObjectNode patch) {
    FieldManagers.withoutOurs(seen)
        .ifPresent(
            entries ->
                patch
                    .withObject("/metadata")
                    .set("managedFields", Json.MAPPER.<JsonNode>valueToTree(entries)));
  }

  /** Makes the Service's selector exactly the one that is wanted. */
  public static Action.Patch selector(Service seen, Map<String, String> wanted) {
    return new Action.Patch(seen, selectorPatch(seen, wanted));
  }

  private static ObjectNode selectorPatch(Service seen, Map<String, String> wanted) {
    ObjectNode patch = empty();
    ObjectNode selector = patch.putObject("spec").putObject("selector");
    Map<String, String> present = seen.getSpec().getSelector();
    if (present != null) {
      present.keySet().stream()
          .filter(key -> !wanted.containsKey(key))
          .sorted()
          .forEach(selector::putNull);
    }
    new TreeMap<>(wanted).forEach(selector::put);
    return patch;
  }

  /**
   * The same during an upgrade in place, and says so in {@link Marks#SELECTS}, by a value that no
   * earlier write had: it holds for the Service as it was seen alone.
   *
   * @param what {@link Marks#IN} or {@link Marks#ALL}
   */
  public static Action.Patch selector(Service seen, Map<String, String> wanted, String what) {
    ObjectNode patch = selectorPatch(seen, wanted);
    patch
        .putObject("metadata")
        .putObject("labels")
        .put(Marks.SELECTS, what + "-" + seen.getMetadata().getResourceVersion());
    return new Action.Patch(seen, patch);
  }

  /** Removes what the Service says by {@link Marks#SELECTS}. */
  public static Action.Patch noSelects(Service seen) {
    ObjectNode patch = empty();
    patch.putObject("metadata").putObject("labels").putNull(Marks.SELECTS);
    return new Action.Patch(seen, patch);
  }

  /** Sets or removes the label by which Services select a pod during an upgrade in place. */
  public static Action.Patch rotation(Pod seen, boolean in) {
    ObjectNode patch = empty();
    ObjectNode labels = patch.putObject("metadata").putObject("labels");
    if (in) {
      labels.put(Marks.ROTATION, Marks.IN);
    } else {
      labels.putNull(Marks.ROTATION);
    }
    return new Action.Patch(seen, patch);
  }

  /** Applies a strategic merge patch to the pod template of a workload. */
  public static Action.StrategicPatch template(HasMetadata seen, JsonNode change) {
    return new Action.StrategicPatch(seen, templatePatch(change));
  }

  /** The patch that applies a strategic merge patch to a pod template. */
  public static JsonNode templatePatch(JsonNode change) {
    ObjectNode patch = empty();
    patch.putObject("spec").set("template", change);
    return patch;
  }

  /**
   * Applies a strategic merge patch to the pod template of a StatefulSet, and lets the pods from
   * this partition on have it, in one write: the others keep the template that they have.
   *
   * @param change empty: the template stays
   */
  public static Action.StrategicPatch partition(
      StatefulSet seen, Optional<JsonNode> change, int partition) {
    ObjectNode patch = empty();
    ObjectNode spec = patch.putObject("spec");
    change.ifPresent(template -> spec.set("template", template));
    ObjectNode strategy = spec.putObject("updateStrategy");
    strategy.put("type", "RollingUpdate");
    strategy.putObject("rollingUpdate").put("partition", partition);
    return new Action.StrategicPatch(seen, patch);
  }

  /** Puts the pod template of a workload back, whole. */
  public static Action.Replace restoreTemplate(HasMetadata seen, PodTemplateSpec template) {
    return new Action.Replace(seen, Map.of("/spec/template", Json.MAPPER.valueToTree(template)));
  }

  /**
   * Puts the pod template of a StatefulSet back, whole, and lets no pod be replaced by itself: on
   * the way back the operator deletes them one by one.
   */
  public static Action.Replace restoreOnDelete(StatefulSet seen, PodTemplateSpec template) {
    ObjectNode onDelete = empty();
    onDelete.put("type", "OnDelete");
    return new Action.Replace(
        seen,
        Map.of(
            "/spec/template",
            Json.MAPPER.valueToTree(template),
            "/spec/updateStrategy",
            (JsonNode) onDelete));
  }

  /** Puts the update strategy of a StatefulSet back, whole. */
  public static Action.Replace updateStrategy(
      StatefulSet seen, StatefulSetUpdateStrategy strategy) {
    return new Action.Replace(
        seen, Map.of("/spec/updateStrategy", Json.MAPPER.valueToTree(strategy)));
  }

  /** Scales the Deployment. */
  public static Action.Patch replicas(Deployment seen, int replicas) {
    ObjectNode patch = empty();
    patch.putObject("spec").put("replicas", replicas);
    return new Action.Patch(seen, patch);
  }

  /**
   * Sets or removes the policy by which the autoscaler scales down.
   *
   * <p>The API server completes a {@code behavior} that is not empty: where there was none, our one
   * field makes it write down all its defaults for both directions. Hence an autoscaler that had no
   * policy had no behavior at all, and when nothing but those defaults is left, all of it is
   * removed, so that the specification is as before, field for field.
   *
   * @param policy empty to remove it
   */
  public static Action.Patch scaleDownPolicy(
      HorizontalPodAutoscaler seen, Optional<String> policy) {
    ObjectNode patch = empty();
    ObjectNode spec = patch.putObject("spec");
    if (policy.isPresent()) {
      spec.putObject("behavior").putObject("scaleDown").put("selectPolicy", policy.get());
      return new Action.Patch(seen, patch);
    }
    disown(seen, patch);
    HorizontalPodAutoscalerBehavior behavior = seen.getSpec().getBehavior();
    if (behavior == null || ScalingDefaults.areAllOf(behavior)) {
      spec.putNull("behavior");
    } else if (isEmptyWithoutPolicy(behavior.getScaleDown())) {
      spec.putObject("behavior").putNull("scaleDown");
    } else {
      spec.putObject("behavior").putObject("scaleDown").putNull("selectPolicy");
    }
    return new Action.Patch(seen, patch);
  }

  /** The policy by which the autoscaler scales down; empty where it states none. */
  public static Optional<String> scaleDownPolicy(HorizontalPodAutoscaler seen) {
    return Optional.ofNullable(seen.getSpec().getBehavior())
        .map(HorizontalPodAutoscalerBehavior::getScaleDown)
        .map(HPAScalingRules::getSelectPolicy);
  }

  private static boolean isEmptyWithoutPolicy(HPAScalingRules rules) {
    return rules == null || ScalingDefaults.withoutPolicy(rules).equals(new HPAScalingRules());
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
