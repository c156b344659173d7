package dev.godwit.operator.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The operator that {@code make install} put into the cluster, for the tests that end it. */
final class OperatorPod {

  static final String NAMESPACE =
      Optional.ofNullable(System.getenv("GODWIT_NAMESPACE"))
          .filter(name -> !name.isBlank())
          .orElse("godwit-system");

  static final String NAME = "godwit";

  private OperatorPod() {}

  /**
   * Ends the operator's process with SIGKILL, so that it can do nothing any more, and waits until
   * its container runs again. One who asks while it is being killed for another test waits until it
   * runs, and has it killed once more.
   */
  static synchronized void kill() {
    Pod pod = running().getFirst();
    int restarts = restarts(pod);
    process(pod).destroyForcibly();
    Eventually.until(
        handle(pod),
        "the operator to run again",
        seen -> restarts(seen) > restarts && isRunning(seen));
  }

  private static int restarts(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
  }

  /** Ends the pod with its process with SIGKILL, and waits for the one that comes in its place. */
  static void replace() {
    Pod pod = running().getFirst();
    kill(pod.getMetadata().getName());
    ready(1, pod);
  }

  /** Ends the process of one of several operators with SIGKILL, and returns at once. */
  static void kill(String name) {
    Pod pod = LocalCluster.CLIENT.pods().inNamespace(NAMESPACE).withName(name).get();
    process(pod).destroyForcibly();
    handle(pod).withGracePeriod(0).delete();
  }

  /** Which of the replicas is the leader: the name of its pod. */
  static String leader() {
    // The identity is the pod's name and its UID.
    return holder().replaceFirst("_.*", "");
  }

  /** Ends the pod as a node that is drained does: with SIGTERM and its time to finish. */
  static void terminate(String name) {
    LocalCluster.CLIENT.pods().inNamespace(NAMESPACE).withName(name).delete();
  }

  /** Brings the operator to that many replicas, all of them ready. */
  static void scale(int replicas) {
    LocalCluster.CLIENT
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withName(NAME)
        .edit(deployment -> scaled(deployment, replicas));
    ready(replicas, null);
  }

  /** Leaves the cluster without an operator; {@link #scale} brings it back. */
  static void away() {
    LocalCluster.CLIENT
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withName(NAME)
        .edit(deployment -> scaled(deployment, 0));
    Eventually.all(pods(), "no operator to be left", List::isEmpty);
  }

  /** The Lease by which one of the replicas is chosen. */
  static Resource<Lease> lease() {
    return LocalCluster.CLIENT.leases().inNamespace(NAMESPACE).withName(NAME);
  }

  /** Who holds the Lease now; empty for nobody. */
  static String holder() {
    return holder(lease().get());
  }

  /** Who holds that Lease; empty for nobody. */
  static String holder(Lease lease) {
    return Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
  }

  private static Deployment scaled(Deployment deployment, int replicas) {
    deployment.getSpec().setReplicas(replicas);
    return deployment;
  }

  private static void ready(int count, Pod gone) {
    Eventually.all(
        pods(),
        count + " operators to be ready",
        pods ->
            pods.stream().filter(pod -> gone == null || !isSame(pod, gone)).count() == count
                && pods.stream()
                    .filter(pod -> gone == null || !isSame(pod, gone))
                    .allMatch(OperatorPod::isRunning));
  }

  private static boolean isSame(Pod one, Pod other) {
    return one.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  private static boolean isRunning(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null && Readiness.isPodReady(pod);
  }

  private static List<Pod> running() {
    return pods().list().getItems().stream().filter(OperatorPod::isRunning).toList();
  }

  private static FilterWatchListDeletable<Pod, PodList, PodResource> pods() {
    return LocalCluster.CLIENT
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/name", NAME);
  }

  private static PodResource handle(Pod pod) {
    return LocalCluster.CLIENT.pods().inNamespace(NAMESPACE).withName(pod.getMetadata().getName());
  }

  /** The process whose control group is that of the pod's only container. */
  private static ProcessHandle process(Pod pod) {
    String id =
        pod.getStatus().getContainerStatuses().getFirst().getContainerID().replaceFirst(".*//", "");
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(path -> cgroup(path).contains(id))
          .map(path -> Long.parseLong(path.getFileName().toString()))
          .sorted()
          .findFirst()
          .flatMap(ProcessHandle::of)
          .orElseThrow(() -> new AssertionError("no process of container " + id));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String cgroup(Path process) {
    try {
      return Files.readString(process.resolve("cgroup"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // It has ended meanwhile.
    }
  }
}
