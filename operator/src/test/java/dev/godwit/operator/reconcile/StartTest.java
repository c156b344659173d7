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
import dev.godwit.operator.cluster.Listed;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.cluster.RequiredPermissions;
import dev.godwit.operator.metric.Asked;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.ServiceFixture;
import dev.godwit.operator.plan.ServiceView;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What keeps a migration from starting, beside what preflight finds. */
class StartTest {

  private static final String ALLOWED = "http://prometheus.monitoring:9090";
  private static final String OTHER = "http://prometheus.elsewhere:9090";

  private static final KubernetesSerialization API = new KubernetesSerialization();

  private static final EndpointSlice SLICE =
      API.unmarshal(
          """
          apiVersion: discovery.k8s.io/v1
          kind: EndpointSlice
          addressType: IPv4
          metadata: {name: orders-x}
          endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
          """,
          EndpointSlice.class);

  private final List<MigrationStatus> recorded = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private Map<String, CheckResult> answers = Map.of();
  private Optional<HealthPolicy> policy = Optional.empty();
  private Optional<Listed> namespace = Optional.empty();

  /** In a namespace that may not be looked at by default; what else is asked of it fails. */
  private final MigrationEngine engine =
      new MigrationEngine(
          fake(
              Cluster.class,
              (cluster, method, arguments) ->
                  switch (method.getName()) {
                    case "may" -> arguments[0].equals(RequiredPermissions.READ_POLICIES);
                    case "denied" -> namespace.isPresent() ? new ArrayList<>() : arguments[0];
                    case "listAll" -> namespace.orElseThrow();
                    case "endpointSlices" -> List.of(SLICE);
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
              (checks, method, arguments) ->
                  switch (method.getName()) {
                    case "results" -> answers;
                    case "run" -> asked.add(((CheckRequest) arguments[1]).id());
                    default -> null;
                  }),
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

  /** It may be changed while blue is asked what it said before. */
  @Test
  void whatAPolicySaysByNowIsAskedOfBlueBeforeTheStart() {
    namespace = Optional.of(ofOrders());
    Migration migration = with(HealthSpec.of(null).named("web"));

    policy = Optional.of(probing("/before"));
    engine.tick(migration, Plans.START);
    assertThat(asked).singleElement().satisfies(id -> assertThat(id).contains("/before"));
    answers = Map.of(asked.getFirst(), new CheckResult(true, ""));
    policy = Optional.of(probing("/now"));
    engine.tick(migration, Plans.START.plusMillis(100));

    assertThat(asked).hasSize(2).last().satisfies(id -> assertThat(id).contains("/now"));
  }

  @Test
  void whatBlueAnswersBadlyKeepsTheMigrationFromStarting() {
    namespace = Optional.of(ofOrders());
    policy = Optional.of(probing("/ready"));
    Migration migration = with(HealthSpec.of(null).named("web"));

    engine.tick(migration, Plans.START);
    answers = Map.of(asked.getFirst(), new CheckResult(false, "it answered 500"));
    engine.tick(migration, Plans.START.plusMillis(100));

    assertThat(problems)
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem)
                    .startsWith("spec.health.probes[0]: probe ready fails on the running version")
                    .contains("it answered 500"));
  }

  private static Listed ofOrders() {
    ServiceView orders = ServiceFixture.named("orders").view();
    return new Listed(
        Map.of(
            Deployment.class, List.of(orders.blue().orElseThrow()),
            StatefulSet.class, List.of(),
            Service.class, List.copyOf(orders.traffic().values()),
            HorizontalPodAutoscaler.class, List.of(),
            PodDisruptionBudget.class, List.of(),
            NetworkPolicy.class, List.of(),
            ResourceQuota.class, List.of()));
  }

  private static HealthPolicy probing(String path) {
    return API.unmarshal(
        """
        apiVersion: godwit.dev/v1alpha1
        kind: HealthPolicy
        metadata: {name: web}
        spec:
          probes: [{name: ready, http: {path: %s, port: 8080}, interval: 1s, timeout: 1s, failures: 3}]
        """
            .formatted(path),
        HealthPolicy.class);
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
