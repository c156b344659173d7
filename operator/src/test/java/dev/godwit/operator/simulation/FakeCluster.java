package dev.godwit.operator.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.Permission;
import dev.godwit.operator.plan.JobEnd;
import dev.godwit.operator.resource.FieldManagers;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Selectors;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/** The cluster as one process of the operator sees it: through caches, and with what goes wrong. */
final class FakeCluster implements Cluster {

  static final String SERVICE_NAME = "kubernetes.io/service-name";

  /** What may happen at a write. */
  interface Weather {

    /** In which order things are done that are asked for side by side. */
    Random order();

    /** Called before a write; may crash, fail or refuse it, or let the world move on. */
    void before(String verb, HasMetadata object);

    /** Called after a write; may crash or fail though it was made, or let the world move on. */
    void after(String verb, HasMetadata object);
  }

  private final ApiServer server;
  private final Caches caches;
  private final Weather weather;
  private final Function<String, Optional<JobEnd>> ends;

  private int reads;

  /** Whether a write has failed since this was last set to false. */
  boolean troubled;

  FakeCluster(
      ApiServer server, Caches caches, Weather weather, Function<String, Optional<JobEnd>> ends) {
    this.ends = ends;
    this.server = server;
    this.caches = caches;
    this.weather = weather;
  }

  /** SchemaMigrations are read from the server: not all of them are watched. */
  @Override
  public <T extends HasMetadata> Optional<T> get(Class<T> kind, String namespace, String name) {
    Optional<T> cached =
        Caches.HELD.contains(kind)
            ? caches.held(kind, new ObjectKey(HasMetadata.getKind(kind), namespace, name))
            : Optional.empty();
    return cached.or(() -> read(kind, namespace, name));
  }

  private <T extends HasMetadata> Optional<T> read(Class<T> kind, String namespace, String name) {
    reads++;
    return server.get(kind, namespace, name);
  }

  /** How often something was read from the API server though it is one of the kinds it watches. */
  int reads() {
    return reads;
  }

  @Override
  public <T extends HasMetadata> List<T> list(Class<T> kind, String namespace) {
    return server.list(kind, namespace);
  }

  /** In an order of its own: they don't depend on each other, and a crash may come after any. */
  @Override
  public void sideBySide(List<Runnable> tasks) {
    List<Runnable> order = new ArrayList<>(tasks);
    Collections.shuffle(order, weather.order());
    order.forEach(Runnable::run);
  }

  @Override
  public <T extends HasMetadata> List<T> listHeld(
      Class<T> kind, String namespace, String migration) {
    return caches.held(kind, namespace).stream()
        .filter(object -> Marks.isHeldBy(object, migration))
        .toList();
  }

  @Override
  public List<EndpointSlice> endpointSlices(String namespace, String service) {
    List<EndpointSlice> known =
        caches.held(EndpointSlice.class, namespace).stream()
            .filter(slice -> isOf(service, slice))
            .toList();
    reads += known.isEmpty() ? 1 : 0;
    return known.isEmpty()
        ? server.list(EndpointSlice.class, namespace).stream()
            .filter(slice -> isOf(service, slice))
            .toList()
        : known;
  }

  private static boolean isOf(String service, EndpointSlice slice) {
    return service.equals(slice.getMetadata().getLabels().get(SERVICE_NAME));
  }

  @Override
  public List<Pod> pods(HasMetadata watcher, LabelSelector selector) {
    return caches
        .heard(Pod.class, watcher.getMetadata().getNamespace())
        .filter(pod -> Selectors.matches(selector, pod.getMetadata().getLabels()))
        .toList();
  }

  @Override
  public Optional<Pod> anyPod(String namespace, LabelSelector selector) {
    return server.list(Pod.class, namespace).stream()
        .filter(pod -> Selectors.matches(selector, pod.getMetadata().getLabels()))
        .findFirst();
  }

  @Override
  public List<GenericKubernetesResource> volumeSnapshots(Migration watcher) {
    return List.of();
  }

  @Override
  public boolean hasVolumeSnapshots() {
    return false;
  }

  @Override
  public List<GenericKubernetesResource> volumeSnapshotClasses() {
    return List.of();
  }

  @Override
  public Optional<List<MigrationApproval>> approvals(HasMetadata migration) {
    return Optional.of(
        caches
            .heard(MigrationApproval.class, migration.getMetadata().getNamespace())
            .filter(one -> one.getSpec().migration().equals(migration.getMetadata().getName()))
            .filter(one -> one.getSpec().kind().kind().equals(migration.getKind()))
            .toList());
  }

  @Override
  public List<Job> jobs(SchemaMigration owner) {
    return List.of();
  }

  @Override
  public String logTail(String namespace, String job) {
    return "expected 200 but was 500";
  }

  @Override
  public Optional<JobEnd> jobEnd(String namespace, String job) {
    return ends.apply(job);
  }

  @Override
  public <T extends HasMetadata> T create(T object) {
    return writing(
        "create",
        object,
        () -> {
          T created = server.create(FieldManagers.GODWIT, object);
          caches.wrote(created);
          return created;
        });
  }

  @Override
  public void delete(HasMetadata seen) {
    writing(
        "delete",
        seen,
        () -> {
          server.deleteGracefully(FieldManagers.GODWIT, seen);
          caches.deleted(seen);
          return seen;
        });
  }

  @Override
  public <T extends HasMetadata> T patch(T seen, JsonNode change) {
    return patched("patch", seen, change, false);
  }

  @Override
  public <T extends HasMetadata> T strategicPatch(T seen, JsonNode change, boolean dryRun) {
    return dryRun ? server.dryRun(seen, change) : patched("patch", seen, change, true);
  }

  @Override
  public <T extends HasMetadata> T replace(T seen, Map<String, JsonNode> values) {
    return writing(
        "replace fields of",
        seen,
        () -> {
          T replaced = server.replaceValues(FieldManagers.GODWIT, seen, values);
          caches.wrote(replaced);
          return replaced;
        });
  }

  private <T extends HasMetadata> T patched(
      String verb, T seen, JsonNode change, boolean strategic) {
    return writing(
        verb,
        seen,
        () -> {
          T patched = server.patch(FieldManagers.GODWIT, seen, change, strategic);
          caches.wrote(patched);
          return patched;
        });
  }

  @Override
  public List<Permission> denied(List<Permission> permissions, String namespace) {
    return List.of();
  }

  @Override
  @SuppressWarnings("unchecked") // here is one kind only
  public <S, R extends CustomResource<?, S>> R recordStatus(R seen, S status) {
    return (R)
        writing(
            "record status of",
            (Migration) seen,
            () ->
                server.recordStatus(
                    FieldManagers.GODWIT, (Migration) seen, (MigrationStatus) status));
  }

  @Override
  public MigrationApproval recordStatus(MigrationApproval seen, MigrationApprovalStatus status) {
    return writing(
        "record status of", seen, () -> server.recordStatus(FieldManagers.GODWIT, seen, status));
  }

  @Override
  public <T extends HasMetadata> T setFinalizer(T seen, boolean wanted) {
    ObjectNode change = JsonNodeFactory.instance.objectNode();
    var finalizers = change.putObject("metadata").putArray("finalizers");
    if (wanted) {
      finalizers.add(FINALIZER);
    }
    return writing(
        "set the finalizer of",
        seen,
        () -> server.patch(FieldManagers.GODWIT, seen, change, false));
  }

  private <R> R writing(String verb, HasMetadata object, Supplier<R> write) {
    try {
      weather.before(verb, object);
      R result = write.get();
      weather.after(verb, object);
      return result;
    } catch (RuntimeException e) {
      troubled = true;
      throw e;
    }
  }
}
