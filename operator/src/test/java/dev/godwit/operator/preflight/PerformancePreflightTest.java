package dev.godwit.operator.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.metric.Asked;
import dev.godwit.operator.plan.SpecFixture;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether new and old can be compared is said before anything is touched. */
class PerformancePreflightTest {

  private static final String FIELD = "spec.strategy.blueGreen.performance";

  private final NamespaceFixture namespace = NamespaceFixture.namespace();

  private void assertProblem(String field, String... words) {
    assertThat(namespace.check().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.field()).isEqualTo(field);
              assertThat(problem.message()).contains(words);
            });
  }

  private static Performance asked(int rate, Integer port, List<String> services) {
    return Asked.performance(
        List.of(Asked.get("/")), rate, "6m", port, OnDegradation.WARN, services);
  }

  @Test
  void whatIsWellPassesAndSaysWhatIsNotCompared() {
    namespace.performance(asked(50, null, null));

    assertThat(namespace.check().passed()).isTrue();
    assertThat(namespace.check().warnings())
        .anyMatch(warning -> warning.contains("by response time and throughput only"));
  }

  @Test
  void aServiceThatIsNotThereIsNamed() {
    namespace.performance(asked(50, null, List.of("users")));
    assertProblem("spec.strategy.blueGreen", "performance names service users");
  }

  @Test
  void aPortThatTheServiceHasNotIsNamed() {
    namespace.performance(asked(50, 8443, null));
    assertProblem(FIELD + ".port", "Service orders of orders has no TCP port 8443");
  }

  @Test
  void aPortOfAnotherProtocolIsNone() {
    namespace
        .service(
            "orders",
            service -> service.editSpec().editFirstPort().withProtocol("UDP").endPort().endSpec())
        .performance(asked(50, null, null));
    assertProblem(FIELD + ".port", "has no TCP port");
  }

  @Test
  void aRateThatIsTooLowForTheQuantileIsRefused() {
    namespace.performance(
        new Performance(
            List.of(Asked.get("/")),
            1,
            "160s",
            "10s",
            null,
            "10%",
            Performance.Quantile.P99,
            OnDegradation.WARN,
            null));
    assertProblem(FIELD, "a slice has 20 requests, and the quantile 0.99 needs 100");
  }

  @Test
  void moreThanAJobCanBeToldIsRefused() {
    Performance.Request large =
        new Performance.Request("POST", "/", 1, null, "\"$".repeat(2048), null);
    namespace.performance(
        Asked.performance(
            Collections.nCopies(16, large), 50, "6m", null, OnDegradation.WARN, null));
    assertProblem(FIELD + ".requests", "KiB, of 96 that a Job can be told");
  }

  private static ServiceSpec inPlace(String name) {
    return SpecFixture.inPlace(WorkloadKind.DEPLOYMENT, name).sharedService(name).spec();
  }

  @Test
  void aServiceThatIsUpgradedInPlaceCannotBeNamed() {
    namespace.asks("orders", inPlace("orders")).performance(asked(50, null, List.of("orders")));
    assertProblem(
        FIELD + ".services", "orders is upgraded in place", "nothing beside it to compare");
  }

  @Test
  void aMigrationThatHasNothingToCompareIsRefused() {
    namespace.asks("orders", inPlace("orders")).performance(asked(50, null, null));
    assertProblem(FIELD, "all services are upgraded in place");
  }

  @Test
  void otherServicesMayBeUpgradedInPlaceBesideTheOnesThatAreCompared() {
    namespace.add("users").asks("users", inPlace("users")).performance(asked(50, null, null));

    assertThat(namespace.check().problems())
        .noneMatch(problem -> problem.field().startsWith(FIELD));
  }
}
