package dev.godwit.operator.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.resource.Marks.Maker;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import java.util.Map;
import java.util.Optional;

/**
 * What was recorded of a workload before it was touched: its whole specification, and the digests
 * of its images, in a ControllerRevision. The journal alone could not hold 64 pod templates.
 *
 * <p>It has no owner and none of the labels that a controller looks for, so nobody else prunes it.
 */
public final class Snapshots {

  private static final String DIGESTS = "digests";
  private static final int HASH_LENGTH = 8;

  private Snapshots() {}

  /** Name of the snapshot of a service: the same every time, and of no other migration. */
  public static String name(ServicePlan plan, Maker maker) {
    String unique = Names.hash(maker.uid() + "/" + plan.name(), HASH_LENGTH);
    return Names.cut(maker.migration(), Names.OBJECT_LENGTH - 60)
        + "-"
        + plan.name()
        + "-"
        + unique;
  }

  /**
   * The snapshot of a workload.
   *
   * @param digests of the images that its pods run, by container, as far as they are known
   */
  public static ControllerRevision of(
      ServicePlan plan, Maker maker, Workload workload, Map<String, String> digests) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("workload", workload.title());
    data.set("spec", ((ObjectNode) Json.MAPPER.valueToTree(workload.object())).get("spec"));
    if (!digests.isEmpty()) {
      data.set(DIGESTS, Json.MAPPER.valueToTree(digests));
    }
    return new ControllerRevisionBuilder()
        .withMetadata(Marks.metadata(name(plan, maker), plan, maker))
        .withData(data)
        .withRevision(1L)
        .build();
  }

  /** The snapshot of a service, as far as it is there and this migration has made it. */
  public static Optional<ControllerRevision> find(Observation seen, ServicePlan plan, Maker maker) {
    return Optional.ofNullable(seen.snapshots().get(name(plan, maker)))
        .filter(snapshot -> Marks.wasMadeBy(snapshot, maker.uid()));
  }

  /** The pod template that was recorded. */
  public static PodTemplateSpec template(ControllerRevision snapshot) {
    return read(snapshot, "template", PodTemplateSpec.class);
  }

  /** The update strategy of a StatefulSet that was recorded. */
  public static StatefulSetUpdateStrategy updateStrategy(ControllerRevision snapshot) {
    return read(snapshot, "updateStrategy", StatefulSetUpdateStrategy.class);
  }

  private static <T> T read(ControllerRevision snapshot, String member, Class<T> type) {
    JsonNode data = Json.MAPPER.valueToTree(snapshot.getData());
    try {
      return Json.MAPPER.treeToValue(data.path("spec").path(member), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "ControllerRevision " + snapshot.getMetadata().getName() + " has no " + member, e);
    }
  }
}
