package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.HealthPolicy;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.cluster.RequiredPermissions;
import dev.godwit.operator.metric.Asked;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the operator's own configuration keeps from starting. */
class StartTest {

  private static final String ALLOWED = "http://prometheus.monitoring:9090";
  private static final String OTHER = "http://prometheus.elsewhere:9090";

  private final List<MigrationStatus> recorded = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private Optional<HealthPolicy> policy = Optional.empty();

  /** In a namespace that may not be looked at; whatever else is asked of the cluster fails. */
  private final MigrationEngine engine =
      new MigrationEngine(
          fake(
              Cluster.class,
              (cluster, method, arguments) ->
                  switch (method.getName()) {
                    case "may" -> arguments[0].equals(RequiredPermissions.READ_POLICIES);
                    case "denied" -> arguments[0];
                    case "get" -> policy.filter(_ -> arguments[2].equals("web"));
                    case "approvals" -> Optional.empty();
                    case "recordStatus" -> {
                      recorded.add((MigrationStatus) arguments[1]);
                      yield arguments[0];
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                  }),
          fake(
              Checks.class,
              (checks, method, arguments) -> method.getName().equals("results") ? Map.of() : null),
          fake(Probes.class, (probes, method, arguments) -> null),
          fake(
              Metrics.class,
              (metrics, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("refusal");
                return arguments[0].equals(ALLOWED)
                    ? Optional.empty()
                    : Optional.of(arguments[0] + " may not be asked");
              }),
          Optional.empty(),
          new MigrationListener() {
            @Override
            public void preflightFailed(Migration migration, List<String> found) {
              problems.addAll(found);
            }
          });

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static HealthSpec measuredBy(String url) {
    PrometheusSpec prometheus = new PrometheusSpec(url, null);
    return new HealthSpec(null, null, prometheus, null, null, null, null, null, null, null, null);
  }

  private static Migration with(HealthSpec health) {
    Migration migration = Plans.blueGreen(null, "orders");
    migration.setSpec(migration.getSpec().with(health));
    return migration;
  }

  private void assertRefused() {
    assertThat(problems).contains("spec.health.prometheus.url: " + OTHER + " may not be asked");
    assertThat(recorded)
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.startTime()).isNull();
              assertThat(status.phase()).isEqualTo("Preflight");
              assertThat(status.message())
                  .contains("nothing was touched", OTHER + " may not be asked");
            });
  }

  @Test
  void aPrometheusThatIsNotAllowedIsRefusedBeforeAnythingIsTouched() {
    engine.tick(with(measuredBy(OTHER)), Plans.START);

    assertRefused();
  }

  @Test
  void aPrometheusThatAPolicyNamesIsRefusedInTheSameWay() {
    HealthPolicy web = new HealthPolicy();
    web.setSpec(measuredBy(OTHER));
    policy = Optional.of(web);

    engine.tick(with(HealthSpec.of(null).named("web")), Plans.START);

    assertRefused();
  }

  @Test
  void aPrometheusThatIsAllowedIsNoProblem() {
    engine.tick(with(measuredBy(ALLOWED)), Plans.START);

    assertThat(problems).isNotEmpty().noneMatch(problem -> problem.contains("prometheus"));
  }

  @Test
  void aComparisonNeedsAnImageForTheLoad() {
    Migration compares = Plans.blueGreen(Asked.performance(OnDegradation.WARN), "orders");

    assertThat(Start.missingRunner(compares, false))
        .hasValueSatisfying(
            problem -> assertThat(problem.message()).contains("set runner.image of the chart"));
    assertThat(Start.missingRunner(compares, true)).isEmpty();
    assertThat(Start.missingRunner(Plans.blueGreen(null, "orders"), false)).isEmpty();
  }
}
