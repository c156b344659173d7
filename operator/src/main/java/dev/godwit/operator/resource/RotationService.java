package dev.godwit.operator.resource;

import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/**
 * A Service that leads to the pods in rotation and gets no traffic. The controller that makes
 * EndpointSlices watches pods and Services apart: it may hear that a Service selects by a label
 * before it hears which pods have it, and then nobody serves. What this Service's endpoints list it
 * has heard of, for every other Service too, since it has one memory of the pods.
 */
public final class RotationService {

  private RotationService() {}

  /** Its name, from that of the workload. */
  public static String name(String workload) {
    return Names.suffixed("rotation-" + workload, "", Names.LABEL_LENGTH);
  }

  /** The name of the one of a service. */
  public static String name(ServicePlan plan) {
    return name(plan.workload());
  }

  /** Whether it is one that the Migration of that UID has made. */
  public static boolean isOne(Service service, String migrationUid) {
    return Marks.wasMadeBy(service, migrationUid)
        && service.getSpec().getSelector().containsKey(Marks.ROTATION);
  }

  /** As it is made. It is headless: it needs neither an address nor ports. */
  public static Service of(ServicePlan plan, Marks.Maker maker) {
    return new ServiceBuilder()
        .withMetadata(Marks.metadata(name(plan), plan, maker))
        .withNewSpec()
        .withClusterIP("None")
        .withSelector(plan.inPlace().orElseThrow().selector())
        .addToSelector(Marks.ROTATION, Marks.IN)
        .endSpec()
        .build();
  }
}
