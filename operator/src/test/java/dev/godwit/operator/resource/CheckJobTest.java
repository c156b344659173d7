package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.JobCheck;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckJobTest {

  private static final Map<String, Service> TRAFFIC =
      Map.of("orders", Shop.service("orders", Map.of("app", "orders")));

  @Test
  void jobOfAnImageRunsUnderTheRestrictedProfile() {
    JobCheck check =
        new JobCheck("registry.example/smoke:1", List.of("/smoke"), List.of("--fast"), null);

    Golden.assertMatches("job-of-image.yaml", List.of(job(check, TRAFFIC)));
  }

  @Test
  void jobOfATemplateIsTheUsersOwnWithLimitsAndEnvironment() {
    JobCheck check =
        template(
            """
            completions: 2
            activeDeadlineSeconds: 60
            template:
              metadata:
                labels:
                  app: smoke
              spec:
                serviceAccountName: smoke
                initContainers:
                - name: wait
                  image: registry.example/wait:1
                containers:
                - name: smoke
                  image: registry.example/smoke:1
                  env:
                  - name: TARGET
                    value: http://$(GODWIT_GREEN_HOST):$(GODWIT_GREEN_PORT)
                  - name: GODWIT_BLUE_VERSION
                    value: theirs
                  resources:
                    limits:
                      memory: 64Mi
            """);

    Golden.assertMatches("job-of-template.yaml", List.of(job(check, TRAFFIC)));
  }

  @Test
  void templateMayRetryAndRestart() {
    JobSpec spec =
        job(
                template(
                    """
                    backoffLimit: 3
                    activeDeadlineSeconds: 86400
                    template:
                      spec:
                        restartPolicy: OnFailure
                        containers:
                        - name: smoke
                          image: registry.example/smoke:1
                    """),
                TRAFFIC)
            .getSpec();

    assertThat(spec.getBackoffLimit()).isEqualTo(3);
    assertThat(spec.getTemplate().getSpec().getRestartPolicy()).isEqualTo("OnFailure");
    assertThat(spec.getActiveDeadlineSeconds()).as("our timeout is shorter").isEqualTo(600);
  }

  @Test
  void templateThatIsNoJobSpecificationIsRefused() {
    assertThatThrownBy(() -> job(template("backoffLimit: many"), TRAFFIC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("job.template is no Job specification");
    assertThatThrownBy(() -> job(template("backoffLimit: 1"), TRAFFIC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("job.template has no template.spec");
  }

  @Test
  void addressesAreOfTheFirstServiceByName() {
    Map<String, Service> traffic =
        Map.of(
            "b", Shop.service("b", Map.of("app", "orders")),
            "a", Shop.service("a", Map.of("app", "orders")));

    assertThat(environment(traffic)).contains(variable("GODWIT_BLUE_HOST", "a.shop.svc"));
  }

  @Test
  void withoutAServiceThereAreNoAddresses() {
    assertThat(environment(Map.of()))
        .extracting(EnvVar::getName)
        .containsExactly(
            "GODWIT_MIGRATION", "GODWIT_SERVICE", "GODWIT_BLUE_VERSION", "GODWIT_GREEN_VERSION");
  }

  @Test
  void timeoutIsRoundedUpToASecond() {
    Job job =
        CheckJob.of(
            "smoke",
            new JobCheck("registry.example/smoke:1", null, null, null),
            Duration.ofMillis(1500),
            3,
            Shop.plan(),
            JobEnvironment.of(Shop.plan(), TRAFFIC, Shop.MAKER),
            Shop.MAKER);

    assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(2);
  }

  @Test
  void namesAreReadableShortAndStable() {
    String name = CheckJob.name("shop-2.0", "orders", "smoke", 1);

    assertThat(name).matches("shop-2-0-orders-smoke-[0-9a-f]{8}");
    assertThat(CheckJob.name("shop-2.0", "orders", "smoke", 1)).isEqualTo(name);
    assertThat(CheckJob.name("m".repeat(60), "s".repeat(40), "c".repeat(40), 1))
        .hasSizeLessThanOrEqualTo(63)
        .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  }

  @Test
  void namesDifferWhereverOnePartDiffers() {
    Set<String> names = new HashSet<>();
    names.add(CheckJob.name("a", "b-c", "d", 1));
    names.add(CheckJob.name("a-b", "c", "d", 1));
    names.add(CheckJob.name("a", "b", "c-d", 1));
    names.add(CheckJob.name("a", "b-c", "d", 2));
    names.add(CheckJob.name("a", "b-c", "d", 11));

    assertThat(names).hasSize(5);
  }

  private static List<EnvVar> environment(Map<String, Service> traffic) {
    return job(new JobCheck("registry.example/smoke:1", null, null, null), traffic)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getEnv();
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVar(name, value, null);
  }

  private static JobCheck template(String yaml) {
    return new JobCheck(null, null, null, Serialization.unmarshal(yaml, JsonNode.class));
  }

  private static Job job(JobCheck check, Map<String, Service> traffic) {
    return CheckJob.of(
        "shop-2-0-orders-smoke-1",
        check,
        Duration.ofMinutes(10),
        3,
        Shop.plan(),
        JobEnvironment.of(Shop.plan(), traffic, Shop.MAKER),
        Shop.MAKER);
  }
}
