package dev.godwit.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.plan.JobEnd;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.VolumeSnapshots;
import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The real cluster: the Kubernetes client, and caches of what migrations hold. */
public final class KubernetesCluster implements Cluster, AutoCloseable {

  /** The field manager of all writes, and the beginning of the user agent. */
  public static final String FIELD_MANAGER = "godwit";

  private static final String SERVICE_NAME = "kubernetes.io/service-name";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** How long what can wait may wait, together with more of its kind. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Requests at a time: more would only wait in the API server's queues. */
  private static final int AT_ONCE = 16;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("request-", 0).factory());

  private final KubernetesClient client;
  private final HeldCaches held;
  private final HeldCaches ofSchemas;
  private final HeldCaches stages;
  private final PodWatches podWatches;
  private final SnapshotWatches snapshotWatches;
  private final ApprovalCache approvals;
  private final Permissions permissions;
  private final JobLogs jobLogs;

  /**
   * A cluster whose caches are not started yet.
   *
   * @param client whose user agent begins with {@code godwit/}: creations get their field manager
   *     from it
   * @param namespaces that are watched; empty means all
   * @param wakeup is told of every change that concerns a Migration
   * @param schemaWakeup is told of every change that concerns a SchemaMigration
   */
  public KubernetesCluster(
      KubernetesClient client,
      Set<String> namespaces,
      Wakeup wakeup,
      Wakeup schemaWakeup,
      InstantSource clock) {
    this.client = client;
    Executor soon = CompletableFuture.delayedExecutor(SOON.toMillis(), TimeUnit.MILLISECONDS);
    Wakeup patient = new PatientWakeup(wakeup, soon);
    this.held = HeldCaches.ofMigrations(client, namespaces, patient, clock);
    this.ofSchemas = HeldCaches.ofSchemaMigrations(client, namespaces, schemaWakeup, clock);
    this.stages = HeldCaches.ofStages(client, namespaces, wakeup, clock);
    this.podWatches = new PodWatches(client, new PatientWakeup(wakeup.and(schemaWakeup), soon));
    this.snapshotWatches = new SnapshotWatches(client, wakeup);
    this.approvals =
        new ApprovalCache(
            client,
            namespaces,
            Map.of(MigrationKind.MIGRATION, wakeup, MigrationKind.SCHEMA_MIGRATION, schemaWakeup));
    this.permissions = new Permissions(client, clock);
    this.jobLogs = new JobLogs(client);
  }

  /** Starts to watch; {@link #hasSynced} says when everything is known. */
  public void start() {
    held.start();
    ofSchemas.start();
    stages.start();
    approvals.start();
  }

  /** Whether the caches have been filled. */
  public boolean hasSynced() {
    return held.haveSynced()
        && ofSchemas.haveSynced()
        && stages.haveSynced()
        && approvals.hasSynced();
  }

  /** Whether all watches stand; one that is being renewed doesn't. */
  public boolean isWatching() {
    return held.areWatching()
        && ofSchemas.areWatching()
        && stages.areWatching()
        && approvals.isWatching()
        && podWatches.isWatching()
        && snapshotWatches.isWatching();
  }

  @Override
  public void close() {
    podWatches.close();
    snapshotWatches.close();
    threads.shutdown();
    approvals.close();
    stages.close();
    ofSchemas.close();
    held.close();
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Class<T> kind, String namespace, String name) {
    return held.of(kind)
        .flatMap(cache -> cache.get(namespace, name))
        .or(() -> Optional.ofNullable(read(kind, namespace, name)));
  }

  private <T extends HasMetadata> T read(Class<T> kind, String namespace, String name) {
    return namespace == null || namespace.isEmpty()
        ? client.resources(kind).withName(name).get()
        : client.resources(kind).inNamespace(namespace).withName(name).get();
  }

  @Override
  public <T extends HasMetadata> List<T> list(Class<T> kind, String namespace) {
    return client.resources(kind).inNamespace(namespace).list().getItems();
  }

  @Override
  public void sideBySide(List<Runnable> tasks) {
    if (tasks.size() == 1) {
      tasks.getFirst().run();
      return;
    }
    List<CompletableFuture<Void>> running =
        tasks.stream().map(task -> CompletableFuture.runAsync(task, threads)).toList();
    RuntimeException failure = null;
    for (CompletableFuture<Void> one : running) {
      try {
        one.join();
      } catch (CompletionException e) {
        failure = e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public <T extends HasMetadata> List<T> listHeld(
      Class<T> kind, String namespace, String migration) {
    HeldCache<T> cache =
        held.of(kind)
            .or(() -> stages.of(kind))
            .orElseThrow(() -> new IllegalArgumentException(kind + " is not watched by label"));
    return cache.list(namespace, object -> Marks.isHeldBy(object, migration));
  }

  @Override
  public List<EndpointSlice> endpointSlices(String namespace, String service) {
    List<EndpointSlice> slices =
        held.of(EndpointSlice.class).stream()
            .flatMap(cache -> cache.list(namespace, slice -> isOf(service, slice)).stream())
            .toList();
    // The labels of a Service reach its slices a moment later: until then the server is asked. A
    // Service without endpoints has an empty slice, so that none at all means "not known yet".
    return slices.isEmpty()
        ? client
            .resources(EndpointSlice.class)
            .inNamespace(namespace)
            .withLabel(SERVICE_NAME, service)
            .list()
            .getItems()
        : slices;
  }

  @Override
  public List<Job> jobs(SchemaMigration owner) {
    String namespace = owner.getMetadata().getNamespace();
    String name = owner.getMetadata().getName();
    return ofSchemas
        .of(Job.class)
        .orElseThrow()
        .list(
            namespace,
            job -> name.equals(job.getMetadata().getLabels().get(Marks.SCHEMA_MIGRATION)));
  }

  private static boolean isOf(String service, EndpointSlice slice) {
    return service.equals(slice.getMetadata().getLabels().get(SERVICE_NAME));
  }

  @Override
  public List<Pod> pods(HasMetadata watcher, LabelSelector selector) {
    return podWatches.pods(watcher, selector);
  }

  @Override
  public Optional<Pod> anyPod(String namespace, LabelSelector selector) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabelSelector(selector)
        .list(new ListOptionsBuilder().withLimit(1L).build())
        .getItems()
        .stream()
        .findFirst();
  }

  @Override
  public List<GenericKubernetesResource> volumeSnapshots(Migration watcher) {
    return snapshotWatches.snapshots(watcher);
  }

  @Override
  public boolean hasVolumeSnapshots() {
    return client.supports(VolumeSnapshots.API_VERSION, VolumeSnapshots.KIND);
  }

  @Override
  public List<GenericKubernetesResource> volumeSnapshotClasses() {
    return client
        .genericKubernetesResources(VolumeSnapshots.API_VERSION, VolumeSnapshots.KIND + "Class")
        .list()
        .getItems();
  }

  @Override
  public Optional<List<MigrationApproval>> approvals(HasMetadata migration) {
    return approvals.of(migration);
  }

  @Override
  public void forgetUnasked(HasMetadata migration) {
    podWatches.stopUnasked(migration.getMetadata().getUid());
  }

  @Override
  public void forget(HasMetadata migration) {
    podWatches.stop(migration.getMetadata().getUid());
    snapshotWatches.stop(migration.getMetadata().getUid());
  }

  @Override
  public String logTail(String namespace, String job) {
    return jobLogs.tail(namespace, job);
  }

  @Override
  public Optional<JobEnd> jobEnd(String namespace, String job) {
    return jobLogs.end(namespace, job);
  }

  @Override
  public <T extends HasMetadata> T create(T object) {
    T created = ApiFailures.translating(object, () -> client.resource(object).create());
    wrote(created);
    return created;
  }

  private <T extends HasMetadata> void wrote(T after) {
    held.wrote(after);
    stages.wrote(after);
    ofSchemas.wrote(after);
  }

  @Override
  public void delete(HasMetadata seen) {
    // The client's own way to delete knows a resourceVersion as precondition, but no UID.
    String options =
        client
            .getKubernetesSerialization()
            .asJson(
                new DeleteOptionsBuilder()
                    .withNewPreconditions()
                    .withUid(seen.getMetadata().getUid())
                    .endPreconditions()
                    .withPropagationPolicy("Background")
                    .build());
    try {
      client.raw(path(seen), "DELETE", options);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw ApiFailures.translated(seen, e);
      }
    }
    held.deleted(seen);
    ofSchemas.deleted(seen);
  }

  private static String path(HasMetadata object) {
    String version = object.getApiVersion();
    return (version.contains("/") ? "/apis/" : "/api/")
        + version
        + "/namespaces/"
        + object.getMetadata().getNamespace()
        + "/"
        + plural(object)
        + "/"
        + object.getMetadata().getName();
  }

  /** What has no class of its own has no plural of its own either. */
  private static String plural(HasMetadata object) {
    return object instanceof GenericKubernetesResource
        ? Pluralize.toPlural(object.getKind().toLowerCase(Locale.ROOT))
        : object.getPlural();
  }

  @Override
  public <T extends HasMetadata> T patch(T seen, JsonNode change) {
    T patched = patch(seen, change, PatchType.JSON_MERGE, false);
    wrote(patched);
    return patched;
  }

  @Override
  public <T extends HasMetadata> T strategicPatch(T seen, JsonNode change, boolean dryRun) {
    T patched = patch(seen, change, PatchType.STRATEGIC_MERGE, dryRun);
    if (!dryRun) {
      wrote(patched);
    }
    return patched;
  }

  private <T extends HasMetadata> T patch(T seen, JsonNode change, PatchType type, boolean dryRun) {
    ObjectNode locked = change.deepCopy();
    locked.withObject("/metadata").put("resourceVersion", seen.getMetadata().getResourceVersion());
    return send(seen, locked, type, dryRun);
  }

  @Override
  public <T extends HasMetadata> T replace(T seen, Map<String, JsonNode> values) {
    ArrayNode operations = JSON.arrayNode();
    // The API server answers 409 to an object that comes with another version than it has.
    operation(
        operations,
        "/metadata/resourceVersion",
        JSON.textNode(seen.getMetadata().getResourceVersion()));
    values.forEach((pointer, value) -> operation(operations, pointer, value));
    T replaced = send(seen, operations, PatchType.JSON, false);
    wrote(replaced);
    return replaced;
  }

  private static void operation(ArrayNode operations, String pointer, JsonNode value) {
    operations.addObject().put("op", "replace").put("path", pointer).set("value", value);
  }

  private <T extends HasMetadata> T send(T seen, JsonNode patch, PatchType type, boolean dryRun) {
    PatchContext context =
        new PatchContext.Builder()
            .withPatchType(type)
            .withFieldManager(FIELD_MANAGER)
            .withDryRun(dryRun ? List.of("All") : List.of())
            .build();
    String json = client.getKubernetesSerialization().asJson(patch);
    return ApiFailures.translating(seen, () -> client.resource(seen).patch(context, json));
  }

  @Override
  public List<Permission> denied(List<Permission> asked, String namespace) {
    Set<Permission> denied = ConcurrentHashMap.newKeySet();
    sideBySide(
        asked.stream()
            .<Runnable>map(
                permission ->
                    () -> {
                      if (!permissions.has(permission, namespace)) {
                        denied.add(permission);
                      }
                    })
            .toList());
    return asked.stream().filter(denied::contains).toList();
  }

  @Override
  public <S, R extends CustomResource<?, S>> R recordStatus(R seen, S status) {
    R fresh = BareObjects.like(seen);
    fresh.setStatus(status);
    return ApiFailures.translating(seen, () -> client.resource(fresh).updateStatus());
  }

  @Override
  public MigrationApproval recordStatus(MigrationApproval seen, MigrationApprovalStatus status) {
    MigrationApproval fresh = BareObjects.like(seen);
    fresh.setSpec(seen.getSpec());
    fresh.setStatus(status);
    MigrationApproval recorded =
        ApiFailures.translating(seen, () -> client.resource(fresh).updateStatus());
    approvals.wrote(recorded);
    return recorded;
  }

  @Override
  public <T extends HasMetadata> T setFinalizer(T seen, boolean wanted) {
    ObjectNode change = JSON.objectNode();
    var finalizers = change.putObject("metadata").putArray("finalizers");
    seen.getMetadata().getFinalizers().stream()
        .filter(finalizer -> !finalizer.equals(FINALIZER))
        .forEach(finalizers::add);
    if (wanted) {
      finalizers.add(FINALIZER);
    }
    return patch(seen, change, PatchType.JSON_MERGE, false);
  }
}
