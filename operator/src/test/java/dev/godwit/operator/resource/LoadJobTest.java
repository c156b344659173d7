package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadPlanProblems;
import dev.godwit.operator.metric.Asked;
import dev.godwit.operator.metric.PerformanceSettings;
import dev.godwit.operator.plan.RunnerImage;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoadJobTest {

  private static final RunnerImage IMAGE =
      new RunnerImage("registry.example/runner:1", Optional.of("IfNotPresent"));

  private static LoadPlan load() {
    Performance.Request post =
        new Performance.Request(
            "POST",
            "/quotes?in=$",
            3,
            List.of(
                new Performance.Header("X-Test", "yes"),
                new Performance.Header("Content-Type", "application/json")),
            "{\"price\": \"$(GODWIT_LOAD) $$5\"}",
            List.of(Performance.StatusClass.SUCCESS, Performance.StatusClass.CLIENT_ERROR));
    Performance asked =
        Asked.performance(List.of(Asked.get("/"), post), 50, "8m", null, OnDegradation.WARN, null);
    return PerformanceSettings.load(
        asked, LoadJob.url("orders", 80, Shop.MAKER), LoadJob.url("orders-green", 80, Shop.MAKER));
  }

  private static Job job() {
    return LoadJob.of("shop-2-0-orders-performance", load(), IMAGE, Shop.plan(), Shop.MAKER);
  }

  @Test
  void jobRunsUnderTheRestrictedProfileWithoutATokenAndWithBounds() {
    Golden.assertMatches("job-of-load.yaml", List.of(job()));
  }

  @Test
  void whatTheRunnerIsToldArrivesAsItIsThoughKubernetesReplacesReferences()
      throws JsonProcessingException {
    String value =
        job()
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getEnv()
            .getFirst()
            .getValue();

    assertThat(value.replace("$$", "")).doesNotContain("$");
    LoadPlan told =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readValue(value.replace("$$", "$"), LoadPlan.class);
    assertThat(told).isEqualTo(load());
    assertThat(LoadPlanProblems.of(told)).isEmpty();
  }

  @Test
  void noServiceOfTheApplicationSelectsItsPods() {
    Map<String, String> labels = job().getSpec().getTemplate().getMetadata().getLabels();

    assertThat(labels).containsOnlyKeys(Marks.MIGRATION);
    assertThat(Shop.blue().getSpec().getTemplate().getMetadata().getLabels())
        .doesNotContainKey(Marks.MIGRATION);
  }

  @Test
  void thePortIsTheUsersOrTheFirstOfTheFirstService() {
    Map<String, Service> traffic =
        Map.of("orders", Shop.service("orders", Map.of("app", "orders")));

    assertThat(LoadJob.port(traffic, Optional.empty())).contains(80);
    assertThat(LoadJob.port(traffic, Optional.of(8443))).contains(8443);
    assertThat(LoadJob.port(Map.of(), Optional.empty())).isEmpty();
  }

  @Test
  void aLoadIsCutIntoTurnsThatAreLongEnoughForTheProcessorTime() {
    assertThat(slice("8m")).isEqualTo(40_000);
    assertThat(slice("2h")).isEqualTo(600_000);
    assertThat(slice("479s")).isEqualTo(59_875);
    assertThat(slice("160s")).isEqualTo(20_000);
    assertThat(slice("10s")).isEqualTo(1_250);
  }

  private static int slice(String duration) {
    LoadPlan load =
        PerformanceSettings.load(
            Asked.performance(duration, OnDegradation.WARN, null), "http://a", "http://b");
    assertThat(LoadPlanProblems.of(load)).isEmpty();
    return load.sliceMillis();
  }
}
