package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.plan.SpecFixture;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TemplatesTest {

  private final PodTemplateSpec template = Shop.blue().getSpec().getTemplate();

  @Test
  void hashIsSixteenHexadecimalDigitsAndAlwaysTheSame() {
    assertThat(Templates.hash(template)).matches("[0-9a-f]{16}");
    assertThat(Templates.hash(Shop.blue().getSpec().getTemplate()))
        .isEqualTo(Templates.hash(template));
  }

  @Test
  void orderOfKeysDoesNotCount() {
    Map<String, String> oneWay = new LinkedHashMap<>();
    oneWay.put("app", "orders");
    oneWay.put("team", "checkout");
    Map<String, String> otherWay = new LinkedHashMap<>();
    otherWay.put("team", "checkout");
    otherWay.put("app", "orders");

    assertThat(Templates.same(labelled(oneWay), labelled(otherWay))).isTrue();
  }

  @Test
  void emptyAndAbsentAreTheSame() {
    PodTemplateSpec withEmpties =
        new PodTemplateSpecBuilder(template)
            .editMetadata()
            .withNamespace("")
            .endMetadata()
            .editSpec()
            .withNewSecurityContext()
            .endSecurityContext()
            .withNodeSelector(Map.of())
            .withVolumes(List.of())
            .endSpec()
            .build();

    assertThat(Templates.same(template, withEmpties)).isTrue();
  }

  @Test
  void emptyLabelSelectorIsNotAnAbsentOne() {
    assertThat(Templates.same(spreadOver(null), spreadOver(new LabelSelector()))).isFalse();
  }

  @Test
  void everyChangeOfContentCounts() {
    PodTemplateSpec otherImage = Templates.withImage(template, "main", "registry.example/o:2.0");
    PodTemplateSpec otherLabel =
        new PodTemplateSpecBuilder(template)
            .editMetadata()
            .addToLabels("a", "b")
            .endMetadata()
            .build();

    assertThat(Templates.same(template, otherImage)).isFalse();
    assertThat(Templates.same(template, otherLabel)).isFalse();
  }

  @Test
  void imageGoesToTheOnlyContainer() {
    assertThat(Templates.change(Shop.spec("orders", null), Workload.of(Shop.blue())))
        .isEqualTo(
            json(
                """
                {"spec": {"containers": [
                  {"name": "main", "image": "registry.example/orders:2.0"}]}}
                """));
  }

  @Test
  void imageGoesToTheContainerThatIsNamed() {
    Deployment blue = withSidecar(Shop.blue());

    assertThat(Templates.container(Shop.spec("orders", "proxy"), Workload.of(blue)))
        .contains("proxy");
    assertThat(
            Templates.change(Shop.spec("orders", "proxy"), Workload.of(blue))
                .at("/spec/containers/0/name")
                .textValue())
        .isEqualTo("proxy");
  }

  @Test
  void imageForAContainerThatCannotBeToldIsRefused() {
    Deployment blue = withSidecar(Shop.blue());

    assertThat(Templates.container(Shop.spec("orders", null), Workload.of(blue))).isEmpty();
    assertThat(Templates.container(Shop.spec("orders", "nginx"), Workload.of(blue))).isEmpty();
    assertThatThrownBy(() -> Templates.change(Shop.spec("orders", null), Workload.of(blue)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which container of Deployment orders");
  }

  @Test
  void patchIsTakenAsItIs() {
    JsonNode patch = json("{\"spec\": {\"priorityClassName\": \"high\"}}");
    ServiceSpec spec = SpecFixture.service("orders").patch(patch).spec();

    assertThat(Templates.change(spec, Workload.of(Shop.blue()))).isEqualTo(patch);
  }

  @Test
  void replacementIsNoChangeOfATemplate() {
    ServiceSpec spec = SpecFixture.service("orders").replacement("orders-v2").spec();

    assertThatThrownBy(() -> Templates.change(spec, Workload.of(Shop.blue())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no image and no patch");
  }

  @Test
  void imageOfOneContainerIsChangedAndNothingElse() {
    PodTemplateSpec before = withSidecar(Shop.blue()).getSpec().getTemplate();

    PodTemplateSpec after = Templates.withImage(before, "proxy", "proxy:2");

    assertThat(after.getSpec().getContainers())
        .extracting(Container::getImage)
        .containsExactly("registry.example/orders:1.9", "proxy:2");
    assertThat(Templates.same(before, Templates.withImage(after, "proxy", "proxy:1"))).isTrue();
  }

  @Test
  void versionIsTheLabelOfThePodsElseOfTheWorkloadElseTheTag() {
    Deployment unlabelled = Shop.blue();
    Deployment workloadLabelled =
        new DeploymentBuilder(unlabelled)
            .editMetadata()
            .addToLabels("app.kubernetes.io/version", "1.9.1")
            .endMetadata()
            .build();
    Deployment podsLabelled =
        new DeploymentBuilder(workloadLabelled)
            .editSpec()
            .editTemplate()
            .editMetadata()
            .addToLabels("app.kubernetes.io/version", "1.9.2")
            .endMetadata()
            .endTemplate()
            .endSpec()
            .build();

    assertThat(Templates.version(Workload.of(unlabelled))).contains("1.9");
    assertThat(Templates.version(Workload.of(workloadLabelled))).contains("1.9.1");
    assertThat(Templates.version(Workload.of(podsLabelled))).contains("1.9.2");
  }

  @Test
  void tagIsFoundBetweenPortAndDigest() {
    assertThat(versionOf("orders:1.9")).contains("1.9");
    assertThat(versionOf("host:5000/shop/orders:1.9@sha256:0123")).contains("1.9");
    assertThat(versionOf("host:5000/shop/orders")).isEmpty();
    assertThat(versionOf("host:5000/shop/orders@sha256:0123")).isEmpty();
  }

  @Test
  void tagIsOfTheContainerThatIsNamed() {
    Deployment blue = withSidecar(Shop.blue());

    assertThat(Templates.version(Workload.of(blue))).isEmpty();
    assertThat(Templates.version(Workload.of(blue), Optional.of("proxy"))).contains("1");
    assertThat(Templates.version(Workload.of(blue), Optional.of("nginx"))).isEmpty();
  }

  private static Optional<String> versionOf(String image) {
    Deployment deployment = Shop.blue();
    deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().setImage(image);
    return Templates.version(Workload.of(deployment));
  }

  private PodTemplateSpec labelled(Map<String, String> labels) {
    return new PodTemplateSpecBuilder(template)
        .editMetadata()
        .withLabels(labels)
        .endMetadata()
        .build();
  }

  private PodTemplateSpec spreadOver(LabelSelector selector) {
    return new PodTemplateSpecBuilder(template)
        .editSpec()
        .editFirstTopologySpreadConstraint()
        .withLabelSelector(selector)
        .endTopologySpreadConstraint()
        .endSpec()
        .build();
  }

  private static Deployment withSidecar(Deployment blue) {
    return new DeploymentBuilder(blue)
        .editSpec()
        .editTemplate()
        .editSpec()
        .addNewContainer()
        .withName("proxy")
        .withImage("proxy:1")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static JsonNode json(String text) {
    return Serialization.unmarshal(text, JsonNode.class);
  }
}
