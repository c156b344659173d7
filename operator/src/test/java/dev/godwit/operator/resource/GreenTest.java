package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class GreenTest {

  private final Deployment blue = Shop.blue();
  private final Deployment green = Green.deployment(blue, newTemplate(), Shop.plan(), Shop.MAKER);

  @Test
  void greenIsBlueWithTheNewTemplateUnderLabelsOfItsOwn() {
    Golden.assertMatches("green-deployment.yaml", List.of(green));
  }

  @Test
  void neitherSelectsThePodsOfTheOther() {
    assertThat(Selectors.matches(blue.getSpec().getSelector(), Selectors.podLabels(green)))
        .isFalse();
    assertThat(Selectors.matches(green.getSpec().getSelector(), Selectors.podLabels(blue)))
        .isFalse();
    assertThat(Selectors.matches(green.getSpec().getSelector(), Selectors.podLabels(green)))
        .isTrue();
  }

  @Test
  void blueAndTheNewTemplateAreLeftAsTheyWere() {
    assertThat(blue).isEqualTo(Shop.blue());
    PodTemplateSpec template = newTemplate();
    Green.deployment(blue, template, Shop.plan(), Shop.MAKER);
    assertThat(template).isEqualTo(newTemplate());
  }

  @Test
  void previewHasThePortsOfAllServicesThatAreSwitched() {
    Golden.assertMatches(
        "preview-service.yaml", List.of(Green.preview(Shop.plan(), traffic(), green, Shop.MAKER)));
  }

  @Test
  void previewSelectsGreenAndNotBlue() {
    Service preview = Green.preview(Shop.plan(), traffic(), green, Shop.MAKER);

    assertThat(Selectors.serviceSelects(preview, green)).isTrue();
    assertThat(Selectors.serviceSelects(preview, blue)).isFalse();
  }

  @Test
  void onlyPortKeepsHavingNoName() {
    Service unnamed = service("orders", port(null, 80, "TCP", 8080));

    assertThat(portsOfPreview(Map.of("orders", unnamed)))
        .extracting(ServicePort::getName, ServicePort::getPort)
        .containsExactly(Tuple.tuple(null, 80));
  }

  @Test
  void samePortOfTwoServicesIsThatOfTheFirst() {
    Map<String, Service> traffic =
        Map.of(
            "b", service("b", port("http", 80, "TCP", 9090)),
            "a", service("a", port("http", 80, "TCP", 8080)));

    assertThat(portsOfPreview(traffic))
        .extracting(ServicePort::getTargetPort)
        .containsExactly(new IntOrString(8080));
  }

  @Test
  void withoutServicesThePreviewHasThePortsOfTheContainers() {
    assertThat(portsOfPreview(Map.of()))
        .extracting(ServicePort::getName, ServicePort::getPort)
        .containsExactly(Tuple.tuple("http", 8080));
  }

  @Test
  void withoutAnyPortThePreviewIsHeadless() {
    Deployment worker = Shop.deployment("worker", Map.of("app", "worker-green"));

    Service preview = Green.preview(Shop.plan(), Map.of(), worker, Shop.MAKER);

    assertThat(preview.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(preview.getSpec().getPorts()).isEmpty();
  }

  @Test
  void trafficSelectorHasTheKeysOfTheServiceAndTheValuesOfGreen() {
    Service orders = Shop.service("orders", Map.of("app", "orders", "team", "checkout"));

    assertThat(Green.trafficSelector(orders, green))
        .isEqualTo(Map.of("app", "orders-green", "team", "checkout"));
  }

  @Test
  void keyThatGreenDoesNotCarryIsNamed() {
    Service orders = Shop.service("orders", Map.of("app", "orders", "track", "stable"));

    assertThat(Green.missingKeys(orders, green)).containsExactly("track");
    assertThatThrownBy(() -> Green.trafficSelector(orders, green))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Service orders selects by track, which the pods of Deployment orders-green don't"
                + " carry");
  }

  private PodTemplateSpec newTemplate() {
    return Templates.withImage(
        Shop.blue().getSpec().getTemplate(), "main", "registry.example/orders:2.0");
  }

  private List<ServicePort> portsOfPreview(Map<String, Service> traffic) {
    return Green.preview(Shop.plan(), traffic, green, Shop.MAKER).getSpec().getPorts();
  }

  private static Map<String, Service> traffic() {
    return Map.of(
        "orders-admin",
        service("orders-admin", port("http", 8081, "TCP", 8081), port(null, 53, "UDP", 5353)),
        "orders",
        new ServiceBuilder(
                service("orders", port("http", 80, "TCP", 8080), port("grpc", 9090, "TCP", 9090)))
            .editSpec()
            .withType("NodePort")
            .editFirstPort()
            .withNodePort(30080)
            .withAppProtocol("http")
            .endPort()
            .endSpec()
            .build());
  }

  private static Service service(String name, ServicePort... ports) {
    return new ServiceBuilder(Shop.service(name, Map.of("app", "orders")))
        .editSpec()
        .withPorts(ports)
        .endSpec()
        .build();
  }

  private static ServicePort port(String name, int port, String protocol, int target) {
    return new ServicePortBuilder()
        .withName(name)
        .withPort(port)
        .withProtocol(protocol)
        .withTargetPort(new IntOrString(target))
        .build();
  }
}
