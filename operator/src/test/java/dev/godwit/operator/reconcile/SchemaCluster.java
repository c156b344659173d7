package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.HealthPolicy;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.cluster.RejectedException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the API server holds of a namespace with one SchemaMigration, and every write to it. */
final class SchemaCluster {

  private static final KubernetesSerialization API = new KubernetesSerialization();

  /** The operator's process ends. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  final List<String> writes = new ArrayList<>();
  final List<MigrationApproval> approvals = new ArrayList<>();
  final List<SchemaMigration> others = new ArrayList<>();
  final Map<String, HealthPolicy> policies = new TreeMap<>();
  final Map<String, ConfigMap> configMaps = new TreeMap<>();

  /** There is a claim for the dumps. */
  boolean hasClaim = true;

  /** The resource that the operator has no right to. */
  String mayNot = "nothing of that kind";

  /** The namespace is on its way out. */
  boolean namespaceEnds;

  /** The Migration that the marks name. */
  Optional<Migration> holder = Optional.empty();

  /** UIDs of those for whom pods are watched. */
  private final Set<String> watched = new HashSet<>();

  /** UIDs of those who have asked for pods since what was not asked for was last forgotten. */
  private final Set<String> asked = new HashSet<>();

  /** What the API server says to what became of answers. */
  Optional<String> answersAreRefused = Optional.empty();

  /** How often it has said so. */
  int refusals;

  private final SchemaJobs jobs;
  private final SchemaWorkload workload;
  private final Supplier<Instant> clock;
  private SchemaMigration stored;
  private int killAt = Integer.MAX_VALUE;
  private long version = 1;

  SchemaCluster(
      SchemaMigration migration,
      SchemaJobs jobs,
      SchemaWorkload workload,
      Supplier<Instant> clock) {
    this.jobs = jobs;
    this.workload = workload;
    this.clock = clock;
    this.stored = next(migration);
  }

  /** Ends the operator's process once, at so many writes from now: the write is made. */
  void killAt(int write) {
    killAt = writes.size() + write;
  }

  SchemaMigration stored() {
    return API.clone(stored);
  }

  /** Somebody else than the operator changes the SchemaMigration. */
  void change(Consumer<SchemaMigration> change) {
    SchemaMigration changed = API.clone(stored);
    change.accept(changed);
    stored = next(changed);
  }

  /** Whether pods are watched for anybody. */
  boolean isWatching() {
    return !watched.isEmpty();
  }

  /** Watches end with the operator's process. */
  void restart() {
    watched.clear();
    asked.clear();
  }

  void put(ConfigMap map) {
    configMaps.put(map.getMetadata().getName(), map);
  }

  MigrationApproval answer(String name) {
    return approvals.stream()
        .filter(one -> one.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private SchemaMigration next(SchemaMigration changed) {
    changed.getMetadata().setResourceVersion(Long.toString(version++));
    return changed;
  }

  /** What the operator sees of it. */
  Cluster client() {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "may" -> may(arguments[0]);
                  case "denied" ->
                      ((List<?>) arguments[0]).stream().filter(one -> !may(one)).toList();
                  case "list" -> others;
                  case "jobs" -> jobs.all();
                  case "jobEnd" -> jobs.end((String) arguments[1]);
                  case "logTail" -> "the end of the log";
                  case "pods" -> {
                    watched.add(uid(arguments[0]));
                    asked.add(uid(arguments[0]));
                    yield workload.pods();
                  }
                  case "forget" -> {
                    watched.remove(uid(arguments[0]));
                    yield null;
                  }
                  case "forgetUnasked" -> {
                    if (!asked.remove(uid(arguments[0]))) {
                      watched.remove(uid(arguments[0]));
                    }
                    yield null;
                  }
                  case "approvals" -> Optional.of(List.copyOf(approvals));
                  case "get" -> get((Class<?>) arguments[0], (String) arguments[2]);
                  case "sideBySide" -> {
                    ((List<?>) arguments[0]).forEach(task -> ((Runnable) task).run());
                    yield null;
                  }
                  case "create" -> create((HasMetadata) arguments[0]);
                  case "delete" -> delete((HasMetadata) arguments[0]);
                  case "recordStatus" ->
                      arguments[0] instanceof MigrationApproval answer
                          ? tell(answer, (MigrationApprovalStatus) arguments[1])
                          : record(
                              (SchemaMigration) arguments[0], (SchemaMigrationStatus) arguments[1]);
                  case "setFinalizer" ->
                      finalizer((SchemaMigration) arguments[0], (boolean) arguments[1]);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static String uid(Object watcher) {
    return ((HasMetadata) watcher).getMetadata().getUid();
  }

  private Optional<?> get(Class<?> kind, String name) {
    if (kind == Migration.class) {
      return holder;
    }
    if (kind == Namespace.class) {
      return Optional.of(
          new NamespaceBuilder()
              .withNewMetadata()
              .withDeletionTimestamp(clock.get().toString())
              .endMetadata()
              .build());
    }
    if (kind == HealthPolicy.class) {
      return Optional.ofNullable(policies.get(name));
    }
    if (kind == PersistentVolumeClaim.class) {
      return hasClaim ? Optional.of(new PersistentVolumeClaim()) : Optional.empty();
    }
    if (kind == Deployment.class) {
      return workload.deployment(name);
    }
    return kind == ConfigMap.class
        ? Optional.ofNullable(configMaps.get(name))
        : Optional.of(API.clone(stored));
  }

  private boolean may(Object permission) {
    String text = permission.toString();
    return (namespaceEnds || !text.contains("namespaces")) && !text.contains(mayNot);
  }

  private <T> T wrote(String what, T answer) {
    writes.add(what);
    if (writes.size() == killAt) {
      throw new Killed();
    }
    return answer;
  }

  private HasMetadata create(HasMetadata object) {
    if (object instanceof Job job) {
      job.getMetadata().setCreationTimestamp(clock.get().toString());
      jobs.add(job);
    } else {
      put((ConfigMap) object);
    }
    return wrote("create " + object.getKind() + " " + object.getMetadata().getName(), object);
  }

  private Object delete(HasMetadata object) {
    String name = object.getMetadata().getName();
    jobs.remove(name);
    configMaps.remove(name);
    return wrote("delete " + object.getKind() + " " + name, null);
  }

  private SchemaMigration record(SchemaMigration seen, SchemaMigrationStatus status) {
    isCurrent(seen);
    change(changed -> changed.setStatus(API.clone(status)));
    return wrote("record " + status.phase() + ": " + status.message(), API.clone(stored));
  }

  private MigrationApproval tell(MigrationApproval answer, MigrationApprovalStatus status) {
    if (answersAreRefused.isPresent()) {
      refusals++;
      throw new RejectedException(answersAreRefused.get(), null);
    }
    MigrationApproval present = answer(answer.getMetadata().getName());
    MigrationApproval told = API.clone(present);
    told.setStatus(API.clone(status));
    approvals.set(approvals.indexOf(present), told);
    return wrote("answer " + status.state() + ": " + status.message(), told);
  }

  private SchemaMigration finalizer(SchemaMigration seen, boolean wanted) {
    isCurrent(seen);
    change(
        changed ->
            changed
                .getMetadata()
                .setFinalizers(new ArrayList<>(wanted ? List.of(Cluster.FINALIZER) : List.of())));
    return wrote("finalizer " + wanted, API.clone(stored));
  }

  private void isCurrent(SchemaMigration seen) {
    if (!seen.getMetadata()
        .getResourceVersion()
        .equals(stored.getMetadata().getResourceVersion())) {
      throw new ConflictException("changed since", null);
    }
  }
}
