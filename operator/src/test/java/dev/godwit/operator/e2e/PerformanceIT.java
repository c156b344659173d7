package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.PreImage.Compared;
import dev.godwit.api.v1alpha1.PreImage.Outcome;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.PrometheusSpec.Exporter;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.Triggers;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Old and new under the same load, with an application that needs exactly as much as it is told to.
 * One at a time, and nothing else runs meanwhile: what is measured is the machine, too.
 */
@EndToEnd
@Tag(EndToEnd.QUIET)
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PerformanceIT {

  private static final String STEP = "shop/performance";

  /** Eight turns of 20 seconds: enough for the processor time. */
  private static final String LONG = "160s";

  private static final String SHORT = "40s";

  private static final Set<StepState> UNDER_WAY = Set.of(StepState.PENDING, StepState.RUNNING);

  private static Monitoring monitoring;

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @BeforeAll
  static void deploy() {
    monitoring = Monitoring.in("monitoring");
  }

  @AfterAll
  static void remove() {
    monitoring.close();
  }

  private static HealthSpec prometheus() {
    return new HealthSpec(
        null,
        "2s",
        new PrometheusSpec(monitoring.url(), Exporter.GENERIC),
        null,
        null,
        new Triggers("Off", "Off", null, null),
        null,
        null,
        null,
        "60s",
        "60s");
  }

  private static Performance asked(int rate, String duration, OnDegradation onDegradation) {
    return new Performance(
        List.of(new Performance.Request("GET", "/", 1, null, null, null)),
        rate,
        duration,
        "2s",
        null,
        "10%",
        Performance.Quantile.P90,
        onDegradation,
        null);
  }

  private Application needing(String... arguments) {
    return Application.worker(sandbox.namespace(), "shop")
        .deployed(V1, deployment -> with(deployment, arguments));
  }

  private static DeploymentBuilder with(DeploymentBuilder deployment, String... arguments) {
    return deployment
        .editSpec()
        .withReplicas(1)
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .withArgs(arguments)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }

  private static MigrationFixture to(Application app, String... arguments) {
    String args =
        Arrays.stream(arguments).map(one -> '"' + one + '"').collect(Collectors.joining(", "));
    return MigrationFixture.named("upgrade")
        .patch(
            app,
            "{\"spec\": {\"containers\": [{\"name\": \"app\", \"image\": \"%s\", \"args\": [%s]}]}}"
                .formatted(app.image(V2), args));
  }

  /** Until the load is over, and Prometheus has said what it cost. */
  private static void compared(Run run) {
    run.until(
        "the comparison to end",
        Duration.ofMinutes(5),
        status -> !UNDER_WAY.contains(Run.step(status, STEP).state()));
  }

  private static Map<String, Compared> found(MigrationStatus status) {
    return Run.step(status, STEP).preImage().comparison().metrics();
  }

  private static Condition degraded(MigrationStatus status) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals("PerformanceDegraded"))
        .findFirst()
        .orElseThrow();
  }

  private static void isFound(MigrationStatus status, String metric, Outcome outcome) {
    assertThat(found(status).get(metric).verdict())
        .as("%s: %s", metric, degraded(status).getMessage())
        .isEqualTo(outcome);
  }

  /** Users ask blue all the while, which costs it as much as the load does. */
  @Test
  void aGreenThatNeedsThirtyPercentMoreOfEverythingIsReportedAndNeverGetsTraffic() {
    Application app = needing("-cpu=5ms", "-delay=100ms", "-ballast=100");
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    sandbox.closing(Load.beside(app, "", "20"));
    Run run =
        sandbox.start(
            to(app, "-cpu=6500us", "-delay=130ms", "-ballast=130")
                .performance(asked(20, LONG, OnDegradation.FAIL))
                .health(prometheus()));

    compared(run);
    MigrationStatus status = run.rollsBack();

    assertThat(status.failure().reason()).isEqualTo("PerformanceDegraded");
    isFound(status, "cpu", Outcome.DEGRADED);
    isFound(status, "memory", Outcome.DEGRADED);
    isFound(status, "responseTime", Outcome.DEGRADED);
    isFound(status, "throughput", Outcome.SAME);
    assertThat(degraded(status).getStatus()).isEqualTo("True");
    assertThat(degraded(status).getMessage()).contains("cpu degraded: 0.1", " → 0.1", "cores");
    endpoints.neverHeld("shop-green");
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void aGreenThatNeedsThreePercentMoreOfEverythingIsNotReported() {
    Application app = needing("-cpu=5ms", "-delay=100ms", "-ballast=100");
    sandbox.closing(Load.beside(app, "", "20"));
    Run run =
        sandbox.start(
            to(app, "-cpu=5150us", "-delay=103ms", "-ballast=103")
                .performance(asked(20, LONG, OnDegradation.FAIL))
                .health(prometheus()));

    compared(run);
    MigrationStatus status = run.succeeds();

    for (String metric : List.of("cpu", "memory", "responseTime", "throughput")) {
      isFound(status, metric, Outcome.SAME);
    }
    assertThat(degraded(status).getStatus()).isEqualTo("False");
  }

  /** More is asked than either can answer: 25 per second, and green 17.5. */
  @Test
  void aGreenThatAnswersThirtyPercentLessIsReportedAndGoesOnWithAWarning() {
    Application app = needing("-concurrency=1", "-delay=40ms");
    Run run =
        sandbox.start(
            to(app, "-concurrency=1", "-delay=57ms")
                .performance(asked(35, SHORT, OnDegradation.WARN)));

    compared(run);
    MigrationStatus status = run.succeeds();

    isFound(status, "throughput", Outcome.DEGRADED);
    isFound(status, "cpu", Outcome.NOT_ASKED);
    assertThat(degraded(status).getStatus()).isEqualTo("True");
  }

  @Test
  void aGreenThatAnswersThreePercentLessIsNotReported() {
    Application app = needing("-concurrency=1", "-delay=40ms");
    Run run =
        sandbox.start(
            to(app, "-concurrency=1", "-delay=41200us")
                .performance(asked(35, SHORT, OnDegradation.WARN)));

    compared(run);
    MigrationStatus status = run.succeeds();

    isFound(status, "throughput", Outcome.SAME);
  }

  /** Others come to blue when half of the load is over. */
  @Test
  void noiseIsSaidInsteadOfADifference() {
    Application app = needing("-concurrency=1", "-delay=20ms");
    Run run =
        sandbox.start(
            to(app, "-concurrency=1", "-delay=20ms")
                .performance(asked(20, SHORT, OnDegradation.WARN)));
    Instant begun =
        Run.step(
                run.until(
                    "the comparison to be under way",
                    status -> Run.step(status, STEP).state() == StepState.RUNNING),
                STEP)
            .startedAt();
    Instant half = begun.plusSeconds(25);
    Eventually.holds("half of the load to be over", () -> Instant.now().isAfter(half));
    sandbox.closing(Load.beside(app, "", "28"));

    compared(run);
    MigrationStatus status = run.succeeds();

    isFound(status, "responseTime", Outcome.TOO_NOISY);
    assertThat(degraded(status).getStatus()).isEqualTo("Unknown");
    assertThat(degraded(status).getMessage()).contains("blue differs from itself by");
  }
}
