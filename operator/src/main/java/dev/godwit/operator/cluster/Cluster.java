package dev.godwit.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.plan.JobEnd;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All that the operator asks of a cluster and does to it; the border to the Kubernetes client.
 *
 * <p>Writes are never blind: a patch and a deletion hold for the object as it was seen, and carry
 * the field manager {@code godwit}. Every write may throw {@link ConflictException} (decide again),
 * {@link RejectedException} (refused for good) or, for what heals by itself, the client's own
 * exception.
 */
public interface Cluster {

  /**
   * Keeps a Migration, of either kind, that has started until it has been taken back or is
   * complete.
   */
  String FINALIZER = Migration.GROUP + "/migration";

  /**
   * One object, from the caches where it is held by a migration, else from the API server; a
   * migration of either kind always from the API server.
   */
  <T extends HasMetadata> Optional<T> get(Class<T> kind, String namespace, String name);

  /** Several objects by their names, as {@link #get} finds them, those that are there. */
  default Listed getAll(String namespace, Map<Class<? extends HasMetadata>, Set<String>> names) {
    Map<Class<? extends HasMetadata>, List<? extends HasMetadata>> found = new HashMap<>();
    List<Runnable> looks = new ArrayList<>();
    names.forEach(
        (kind, ofKind) -> {
          List<HasMetadata> objects = Collections.synchronizedList(new ArrayList<>());
          found.put(kind, objects);
          ofKind.forEach(
              name -> looks.add(() -> get(kind, namespace, name).ifPresent(objects::add)));
        });
    sideBySide(looks);
    return new Listed(found);
  }

  /** All objects of a kind in a namespace, from the API server. */
  <T extends HasMetadata> List<T> list(Class<T> kind, String namespace);

  /** All objects of several kinds in a namespace, from the API server. */
  default Listed listAll(String namespace, List<Class<? extends HasMetadata>> kinds) {
    Map<Class<? extends HasMetadata>, List<? extends HasMetadata>> objects =
        new ConcurrentHashMap<>();
    sideBySide(
        kinds.stream()
            .<Runnable>map(kind -> () -> objects.put(kind, list(kind, namespace)))
            .toList());
    return new Listed(objects);
  }

  /**
   * Does several things that don't depend on each other, side by side: most of the time of a
   * request is waiting.
   *
   * @throws RuntimeException what one of them has thrown, after all were done or have failed
   */
  void sideBySide(List<Runnable> tasks);

  /** All objects of a kind that carry the label of a migration, from the caches. */
  <T extends HasMetadata> List<T> listHeld(Class<T> kind, String namespace, String migration);

  /** The EndpointSlices of a Service, from the caches where it is held, else from the server. */
  List<EndpointSlice> endpointSlices(String namespace, String service);

  /**
   * The pods that a selector matches, those that are ending too. They are watched for a migration
   * of either kind as long as it asks for them, and every change leads to a reconciliation.
   */
  List<Pod> pods(HasMetadata watcher, LabelSelector selector);

  /** One of the pods that a selector matches, from the API server; empty where there is none. */
  Optional<Pod> anyPod(String namespace, LabelSelector selector);

  /**
   * The VolumeSnapshots that a migration has made. While it runs they are watched for it, and every
   * change leads to a reconciliation.
   */
  List<GenericKubernetesResource> volumeSnapshots(Migration watcher);

  /** Whether the cluster has the API of VolumeSnapshots. */
  boolean hasVolumeSnapshots();

  /** All VolumeSnapshotClasses of the cluster. */
  List<GenericKubernetesResource> volumeSnapshotClasses();

  /** The Jobs that a SchemaMigration made, from the caches. */
  List<Job> jobs(SchemaMigration owner);

  /**
   * The MigrationApprovals that name a migration of either kind; every change leads to a
   * reconciliation of it. Empty while they are not known, as after a start.
   */
  Optional<List<MigrationApproval>> approvals(HasMetadata migration);

  /**
   * Ends the watches of pods that a migration of either kind has not asked for since this was last
   * called: nothing is decided by them any more. A look begins them again.
   */
  default void forgetUnasked(HasMetadata migration) {}

  /** Ends what is watched for a migration of either kind alone; a look begins it again. */
  default void forget(HasMetadata migration) {}

  /** The last lines of the log of a Job's newest pod; empty where there are none. */
  String logTail(String namespace, String job);

  /** How the program of a Job has ended; empty where its pod is gone or has not ended. */
  Optional<JobEnd> jobEnd(String namespace, String job);

  /** Creates an object. */
  <T extends HasMetadata> T create(T object);

  /** Deletes the object as it was seen (its UID); one that is gone already is fine. */
  void delete(HasMetadata seen);

  /** Applies a JSON merge patch to the object as it was seen (its resourceVersion). */
  <T extends HasMetadata> T patch(T seen, JsonNode change);

  /** Applies a strategic merge patch to the object as it was seen; with dryRun nothing changes. */
  <T extends HasMetadata> T strategicPatch(T seen, JsonNode change, boolean dryRun);

  /** Puts values, by JSON pointer, in the place of what is there in the object as it was seen. */
  <T extends HasMetadata> T replace(T seen, Map<String, JsonNode> values);

  /** Whether the operator may do this. */
  default boolean may(Permission permission, String namespace) {
    return denied(List.of(permission), namespace).isEmpty();
  }

  /** What the operator may not do of this (a SelfSubjectAccessReview each), in the same order. */
  List<Permission> denied(List<Permission> permissions, String namespace);

  /** Writes the status of a Migration if that has not changed since it was seen. */
  <S, R extends CustomResource<?, S>> R recordStatus(R seen, S status);

  /** Writes the status of an answer if that has not changed since it was seen. */
  MigrationApproval recordStatus(MigrationApproval seen, MigrationApprovalStatus status);

  /** Sets or removes the operator's finalizer if the object has not changed since. */
  <T extends HasMetadata> T setFinalizer(T seen, boolean wanted);
}
