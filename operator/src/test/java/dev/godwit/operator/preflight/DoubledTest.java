package dev.godwit.operator.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.preflight.PreflightResult.Problem;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether there is room for a second copy, and one can be made, of what the new version is. */
class DoubledTest {

  private final NamespaceFixture namespace = NamespaceFixture.namespace();

  private List<String> problems() {
    return namespace.check().problems().stream().map(Problem::message).toList();
  }

  private static PodTemplateSpecBuilder requesting(PodTemplateSpecBuilder pod, String cpu) {
    return pod.editSpec()
        .editFirstContainer()
        .withImage("registry.example/orders:2.0")
        .editResources()
        .addToRequests("cpu", new Quantity(cpu))
        .endResources()
        .endContainer()
        .endSpec();
  }

  @Test
  void aQuotaOfWhatIsNotNeededMayBeOverdrawn() {
    namespace.quota("secrets", "1", "5").quota("requests.memory", "1Gi", "2Gi");

    assertThat(problems()).isEmpty();
  }

  @Test
  void whatTheNewVersionRequestsCounts() {
    namespace.quota("requests.cpu", "4", "1").becomes("orders", pod -> requesting(pod, "2"));

    assertThat(problems()).singleElement().asString().contains("requests.cpu needed 4, free 3");
  }

  @Test
  void aContainerThatRunsBeforeTheOthersCountsIfItTakesMore() {
    namespace
        .quota("requests.cpu", "4", "1")
        .becomes(
            "orders",
            pod ->
                requesting(pod, "1")
                    .editSpec()
                    .addNewInitContainer()
                    .withName("prepare")
                    .withNewResources()
                    .addToRequests("cpu", new Quantity("1600m"))
                    .endResources()
                    .endInitContainer()
                    .endSpec());

    assertThat(problems()).singleElement().asString().contains("requests.cpu needed 3.2, free 3");
  }

  @Test
  void aContainerThatRunsBesideTheOthersCountsWithThem() {
    namespace
        .quota("requests.cpu", "4", "1")
        .becomes(
            "orders",
            pod ->
                requesting(pod, "1")
                    .editSpec()
                    .addNewInitContainer()
                    .withName("proxy")
                    .withRestartPolicy("Always")
                    .withNewResources()
                    .addToRequests("cpu", new Quantity("600m"))
                    .endResources()
                    .endInitContainer()
                    .endSpec());

    assertThat(problems()).singleElement().asString().contains("requests.cpu needed 3.2, free 3");
  }

  @Test
  void whatGreenIsMadeOfCounts() {
    namespace
        .quota("count/deployments.apps", "5", "5")
        .quota("services", "5", "4")
        .quota("count/services", "5", "5");

    assertThat(problems())
        .hasSize(2)
        .anyMatch(problem -> problem.contains("count/deployments.apps needed 1, free 0"))
        .anyMatch(problem -> problem.contains("count/services needed 1, free 0"));
  }

  @Test
  void aQuotaOfSomePodsOnlyIsLeftToTheApiServer() {
    namespace.scopedQuota("pods", "0", "BestEffort");

    assertThat(problems()).isEmpty();
  }

  @Test
  void aClaimForOneNodeThatTheNewVersionBringsCannotBeDoubled() {
    namespace
        .becomes(
            "orders",
            pod ->
                requesting(pod, "1")
                    .editSpec()
                    .addNewVolume()
                    .withName("data")
                    .withNewPersistentVolumeClaim("data", false)
                    .endVolume()
                    .endSpec())
        .unmountedClaim("data", "ReadWriteOnce");

    assertThat(problems()).singleElement().asString().contains("data is ReadWriteOnce");
  }

  @Test
  void aPortOfTheHostThatTheNewVersionTakesCannotBeDoubledNorOneOfAnInitContainer() {
    namespace.becomes(
        "orders",
        pod ->
            requesting(pod, "1")
                .editSpec()
                .addNewInitContainer()
                .withName("prepare")
                .addNewPort()
                .withHostPort(8080)
                .withContainerPort(8080)
                .endPort()
                .endInitContainer()
                .endSpec());

    assertThat(problems()).singleElement().asString().contains("uses ports of the host");
  }

  @Test
  void whereTheOperatorMayNotLookOnlyTheRightsAreNamed() {
    assertThat(namespace.checkUnseen("list services", "create deployments.apps").problems())
        .extracting(Problem::message)
        .singleElement()
        .asString()
        .contains("may not list services; create deployments.apps in this namespace");
  }
}
