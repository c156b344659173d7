package dev.godwit.operator;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.cluster.ApiCalls;
import dev.godwit.operator.cluster.CountedAsker;
import dev.godwit.operator.cluster.CountedProvider;
import dev.godwit.operator.cluster.KnownKinds;
import dev.godwit.operator.cluster.KubernetesCluster;
import dev.godwit.operator.cluster.KubernetesEvents;
import dev.godwit.operator.cluster.PodAsker;
import dev.godwit.operator.cluster.PodChecks;
import dev.godwit.operator.cluster.PodProbes;
import dev.godwit.operator.cluster.PolledMetrics;
import dev.godwit.operator.cluster.Prometheus;
import dev.godwit.operator.cluster.Wakeup;
import dev.godwit.operator.reconcile.EventTeller;
import dev.godwit.operator.reconcile.Listeners;
import dev.godwit.operator.reconcile.LogTeller;
import dev.godwit.operator.reconcile.MigrationEngine;
import dev.godwit.operator.reconcile.MigrationReconciler;
import dev.godwit.operator.reconcile.SchemaEngine;
import dev.godwit.operator.reconcile.SchemaListeners;
import dev.godwit.operator.reconcile.SchemaReconciler;
import dev.godwit.operator.reconcile.SchemaTeller;
import dev.godwit.operator.reconcile.Wakeups;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator, wired. */
final class Godwit implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Godwit.class);
  private static final String USER_AGENT = KubernetesCluster.FIELD_MANAGER + "/operator";
  private static final int REQUEST_RETRIES = 2;
  private static final int QUESTIONS = 64;
  private static final long FIRST_RETRY_MILLIS = 200;
  private static final long LONGEST_RETRY_MILLIS = 60_000;
  private static final Duration BETWEEN_LOOKS_AT_THE_HEAP = Duration.ofSeconds(10);
  private static final Duration STOPPING = Duration.ofSeconds(10);

  private final Configuration configuration;
  private final KubernetesClient client;
  private final KubernetesCluster cluster;
  private final KubernetesEvents events;
  private final PodAsker asker = new PodAsker();
  private final PodChecks checks;
  private final PodProbes probes;
  private final PolledMetrics measurements;
  private final Leadership leadership;
  private final Operator operator;
  private final HttpEndpoint endpoint;
  private final ScheduledExecutorService memory = schedule("memory");

  /**
   * Wires the operator, which is not started yet.
   *
   * @param base how to reach the API server
   * @throws IOException if the HTTP port is taken
   * @throws Configuration.Invalid if the file of allowed servers can't be used
   */
  Godwit(Configuration configuration, Config base, InstantSource clock)
      throws IOException, Configuration.Invalid {
    this.configuration = configuration;
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    OperatorMetrics metrics = new OperatorMetrics(registry);
    SchemaMetrics schemaMetrics = new SchemaMetrics(registry);
    client = client(base, metrics);
    Wakeups<Migration> wakeups = new Wakeups<>();
    Wakeups<SchemaMigration> schemaWakeups = new Wakeups<>();
    cluster =
        new KubernetesCluster(client, configuration.namespaces(), wakeups, schemaWakeups, clock);
    events = new KubernetesEvents(client, clock, configuration.podName(), metrics::eventLost);
    Wakeup either = wakeups.and(schemaWakeups);
    checks = new PodChecks(asker, either, QUESTIONS, Thread::sleep, virtualThreads());
    probes =
        new PodProbes(
            new CountedAsker(asker, clock, metrics::probed),
            either,
            clock,
            QUESTIONS,
            schedule("probes"),
            virtualThreads());
    measurements =
        new PolledMetrics(
            new CountedProvider(
                new Prometheus(AllowedServers.read(configuration.prometheus()), virtualThreads()),
                clock,
                metrics::measured),
            either,
            clock,
            QUESTIONS,
            schedule("metrics"),
            virtualThreads());
    MigrationEngine engine =
        new MigrationEngine(
            cluster,
            checks,
            probes,
            measurements,
            configuration.runnerImage(),
            new Listeners(List.of(metrics, new LogTeller(), new EventTeller(events))));
    MigrationReconciler reconciler = new MigrationReconciler(engine, wakeups, clock);
    leadership = new Leadership(configuration, client);
    operator =
        new Operator(
            overrider ->
                configure(overrider, MicrometerMetrics.withoutPerResourceMetrics(registry)));
    operator.register(reconciler, overrider -> configure(overrider, "migration"));
    SchemaEngine schemaEngine =
        new SchemaEngine(
            cluster,
            checks,
            probes,
            measurements,
            configuration.runnerImage(),
            new SchemaListeners(List.of(schemaMetrics, new SchemaTeller(events))));
    SchemaReconciler schemaReconciler = new SchemaReconciler(schemaEngine, schemaWakeups, clock);
    operator.register(
        schemaReconciler,
        overrider -> {
          configure(overrider, "schemamigration");
          // What a Migration wants of one is a mark.
          overrider.withGenerationAware(false);
        });
    Health health = new Health(this::isReady, cluster::isWatching, clock);
    endpoint =
        new HttpEndpoint(
            configuration.httpPort(),
            health,
            () -> {
              metrics.count(reconciler.migrations());
              schemaMetrics.count(schemaReconciler.migrations());
              return registry.scrape();
            });
  }

  private static KubernetesClient client(Config base, OperatorMetrics metrics) {
    Config config =
        new ConfigBuilder(base)
            .withUserAgent(USER_AGENT)
            // What is answered with 5xx is reconciled again: a thread must not wait for it for
            // long.
            .withRequestRetryBackoffLimit(REQUEST_RETRIES)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(KnownKinds.serialization())
        .withHttpClientFactory(new QuickCiphers())
        .withHttpClientBuilderConsumer(
            http -> http.addOrReplaceInterceptor(ApiCalls.NAME, new ApiCalls(metrics)))
        .build();
  }

  private static ExecutorService virtualThreads() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }

  private static ScheduledExecutorService schedule(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name(name).factory());
  }

  private void configure(
      ConfigurationServiceOverrider overrider,
      io.javaoperatorsdk.operator.api.monitoring.Metrics metrics) {
    overrider
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withConcurrentReconciliationThreads(configuration.concurrency())
        .withReconciliationTerminationTimeout(STOPPING)
        .withUseSSAToPatchPrimaryResource(false)
        .withResourceCloner(new Uncloned())
        .withMetrics(metrics);
    leadership.election().ifPresent(overrider::withLeaderElectionConfiguration);
  }

  private void configure(ControllerConfigurationOverrider<?> overrider, String name) {
    overrider
        .withName(name)
        .withTriggerReconcilerOnAllEvents(true)
        .withRetry(
            new GenericRetry()
                .withoutMaxAttempts()
                .setInitialInterval(FIRST_RETRY_MILLIS)
                .setMaxInterval(LONGEST_RETRY_MILLIS));
    if (!configuration.namespaces().isEmpty()) {
      overrider.settingNamespaces(configuration.namespaces());
    }
  }

  /**
   * Starts to watch, and to reconcile as soon as this one leads.
   *
   * @throws RuntimeException if the API server can't be reached, or serves no Migrations
   */
  void start() {
    cluster.start();
    operator.start();
    long pause = BETWEEN_LOOKS_AT_THE_HEAP.toSeconds();
    var _ =
        memory.scheduleWithFixedDelay(GrowingHeap.ofThisProcess(), pause, pause, TimeUnit.SECONDS);
    log.info("started: {}", configuration);
  }

  private boolean isReady() {
    return operator.getRuntimeInfo().isStarted() && cluster.hasSynced();
  }

  /** The port of metrics and health. */
  int port() {
    return endpoint.port();
  }

  /** Finishes the reconciliations that run, lets another replica lead, and stops. */
  @Override
  public void close() {
    memory.shutdown();
    leadership.stopping();
    operator.stop();
    leadership.release();
    probes.close();
    measurements.close();
    checks.close();
    asker.close();
    cluster.close();
    events.close();
    endpoint.close();
    client.close();
  }
}
