package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.ServiceSpec;
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

  /** Its name: those that share a Service share it, too. */
  public static String name(ServiceSpec spec) {
    String of = spec.sharedService().orElse(spec.workload().name());
    return Names.suffixed("rotation-" + of, "", Names.LABEL_LENGTH);
  }

  /** The name of the one of a service. */
  public static String name(ServicePlan plan) {
    return name(plan.spec());
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
