package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.WatchedService;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a service that is upgraded in place is seen as: the Service store, and who is in it. */
class ObserverTest {

  private static final String ROTATION = "rotation-store";

  private final List<Service> services = new ArrayList<>(List.of(service("store", "in-7")));
  private String slicesSelect = "in-7";

  private final Cluster cluster =
      (Cluster)
          Proxy.newProxyInstance(
              Cluster.class.getClassLoader(),
              new Class<?>[] {Cluster.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "getAll" -> listed((Map<?, ?>) arguments[1]);
                    case "listHeld", "pods" -> List.of();
                    case "approvals" -> Optional.empty();
                    case "forgetUnasked" -> null;
                    case "endpointSlices" -> List.of(slice((String) arguments[1]));
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private Listed listed(Map<?, ?> names) {
    Set<?> wanted = (Set<?>) names.get(Service.class);
    return new Listed(
        Map.of(
            Deployment.class,
            List.of(),
            StatefulSet.class,
            List.of(),
            Service.class,
            services.stream()
                .filter(one -> wanted.contains(one.getMetadata().getName()))
                .toList()));
  }

  private static Service service(String name, String selects) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels(Marks.SELECTS, selects)
        .endMetadata()
        .build();
  }

  /** With one ready pod, which is named after the Service. */
  private EndpointSlice slice(String service) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withName(service)
        .addToLabels("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
        .addToLabels(Marks.SELECTS, slicesSelect)
        .endMetadata()
        .withAddressType("IPv4")
        .addNewEndpoint()
        .withAddresses("10.0.0.1")
        .withNewTargetRef()
        .withKind("Pod")
        .withName("pod-of-" + service)
        .endTargetRef()
        .endEndpoint()
        .build();
  }

  private ServiceView seen(Need... needs) {
    ServicePlan watched =
        ServicePlan.watched(
            new WatchedService(
                "store", new ServiceSpec.Workload(WorkloadKind.STATEFUL_SET, "store")));
    ServicePlan plan =
        new ServicePlan(
            watched.spec(),
            "1.0",
            "2.0",
            "store",
            Map.of(),
            watched.traffic(),
            Optional.empty(),
            List.of(),
            Optional.of(new ServicePlan.InPlace(3, 0, 2, Map.of("app", "store"), List.of())));
    Migration migration = new Migration();
    migration.setMetadata(
        new ObjectMetaBuilder().withName("web").withNamespace("shop").withUid("u").build());
    migration.setSpec(
        new MigrationSpec(
            null, "2.0", List.of(plan.spec()), null, null, null, null, null, null, null, null));
    return new Observer(cluster, Optional.empty())
        .observe(
            migration,
            List.of(plan),
            Set.of("store"),
            Set.of(needs),
            Map.of(),
            Map.of(),
            Map.of(),
            Optional.empty())
        .service("store");
  }

  @Test
  void whatShowsWhoIsInRotationIsSeenWhileItIsNeeded() {
    services.add(service(ROTATION, ""));

    ServiceView needed = seen(Need.ROTATION);

    assertThat(needed.rotation()).hasValue(services.getLast());
    assertThat(needed.endpoints().get(ROTATION))
        .containsExactly(new Endpoint("pod-of-" + ROTATION, "10.0.0.1", true));
    assertThat(seen().rotation()).isEmpty();
  }

  @Test
  void aSelectorIsFollowedWhenTheEndpointsCarryItsMark() {
    assertThat(seen().followed()).containsExactly("store");

    slicesSelect = "all-6";

    assertThat(seen().followed()).isEmpty();
  }
}
