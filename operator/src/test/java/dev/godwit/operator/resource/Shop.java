package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.SpecFixture;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A shop whose service orders goes from 1.9 to 2.0: what most tests here start from. */
final class Shop {

  static final Marks.Maker MAKER = new Marks.Maker("shop-2-0", "uid-of-shop-2-0", "shop");

  private Shop() {}

  /** Blue as an API server shows it, with all that could go wrong in a copy. */
  static Deployment blue() {
    return Golden.read("given/orders-deployment.yaml", Deployment.class);
  }

  /** A Deployment that selects its pods by the given labels, and by nothing else. */
  static Deployment deployment(String name, Map<String, String> labels) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("shop")
        .endMetadata()
        .withNewSpec()
        .withReplicas(3)
        .withNewSelector()
        .withMatchLabels(labels)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("registry.example/" + name + ":1.9")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  static Service service(String name, Map<String, String> selector) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("shop")
        .endMetadata()
        .withNewSpec()
        .withSelector(selector)
        .addNewPort()
        .withName("http")
        .withPort(80)
        .endPort()
        .endSpec()
        .build();
  }

  static ServicePlan plan() {
    return plan("orders", Map.of("app", "orders-green"), List.of("orders"));
  }

  static ServicePlan plan(String workload, Map<String, String> greenLabels, List<String> traffic) {
    return new ServicePlan(
        spec(workload, null),
        "1.9",
        "2.0",
        workload + "-green",
        greenLabels,
        traffic,
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /** A service that gets a new image, for that container if it is not null. */
  static ServiceSpec spec(String workload, String container) {
    return SpecFixture.service(workload).container(container).spec();
  }
}
