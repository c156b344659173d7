package dev.godwit.operator.simulation;

import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateStatefulSetStrategy;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps the pods of StatefulSets, one after the other. Source: {@code
 * pkg/controller/statefulset/stateful_set_control.go} of Kubernetes, {@code updateStatefulSet}.
 *
 * <p>As there, a pod that is not ready holds up everything: one that is broken by a new template is
 * not replaced when the old template is put back, but stays until somebody deletes it.
 */
final class StatefulSetController {

  static final String REVISION = "controller-revision-hash";

  private static final String NAME = "statefulset-controller";

  private final World world;
  private final Watch<Pod> known;

  /** The template of each revision; in a cluster those are ControllerRevisions. */
  private final Map<String, PodTemplateSpec> revisions = new HashMap<>();

  private int pods;

  /** Its status says what this watch has told, as all controllers of one process share it. */
  StatefulSetController(World world, Watch<Pod> known) {
    this.world = world;
    this.known = known;
  }

  void act(double probability) {
    for (StatefulSet set : world.server.list(StatefulSet.class, World.NAMESPACE)) {
      if (world.chance(probability)) {
        sync(set);
      }
    }
  }

  /** What its pods are called that are made from a template. */
  static String revision(StatefulSet set, PodTemplateSpec template) {
    return set.getMetadata().getName() + "-" + Templates.hash(template).substring(0, 10);
  }

  private void sync(StatefulSet set) {
    PodTemplateSpec template = set.getSpec().getTemplate();
    String update = revision(set, template);
    revisions.putIfAbsent(update, template);
    String current =
        Optional.ofNullable(set.getStatus())
            .map(StatefulSetStatus::getCurrentRevision)
            .orElse(update);
    TreeMap<Integer, Pod> present = new TreeMap<>();
    Pods.of(world, set).forEach(pod -> present.put(ordinal(pod), pod));
    manage(set, current, update, present);
    status(set, current, update);
  }

  /** Makes, removes or replaces one pod at the most. */
  private void manage(
      StatefulSet set, String current, String update, NavigableMap<Integer, Pod> present) {
    int first = first(set);
    int end = first + Workload.of(set).wanted();
    for (int ordinal = first; ordinal < end; ordinal++) {
      Pod pod = present.get(ordinal);
      if (pod == null) {
        make(set, ordinal, keepsCurrent(set, ordinal) ? current : update);
        return;
      }
      if (Pods.isEnding(pod) || !Pods.isReady(pod)) {
        return;
      }
    }
    List<Pod> condemned = new ArrayList<>(present.headMap(first).values());
    condemned.addAll(present.tailMap(end).values());
    if (!condemned.isEmpty()) {
      Pod last = condemned.getLast();
      if (!Pods.isEnding(last)) {
        end(last);
      }
      return;
    }
    if (partition(set).isPresent()) {
      present.tailMap(first + partition(set).get()).values().stream()
          .filter(pod -> !update.equals(revision(pod)))
          .max(Comparator.comparingInt(StatefulSetController::ordinal))
          .ifPresent(this::end);
    }
  }

  private void make(StatefulSet set, int ordinal, String revision) {
    String name = set.getMetadata().getName() + "-" + ordinal;
    pods++;
    Pod pod =
        Pods.of(
            set,
            revisions.get(revision),
            name,
            Map.of(REVISION, revision, "statefulset.kubernetes.io/pod-name", name),
            "10.1.%d.%d".formatted(pods / 250, pods % 250));
    // One of that name may be left of a StatefulSet that was deleted.
    if (world.server.get(Pod.class, World.NAMESPACE, name).isEmpty()) {
      world.server.create(NAME, pod);
    }
  }

  private void end(Pod pod) {
    world.server.ending(NAME, pod, world.now());
    world.alarm(world.now().plus(Kubelet.GRACE));
  }

  /** A pod below the partition that is made anew gets the template that it had. */
  private static boolean keepsCurrent(StatefulSet set, int ordinal) {
    return partition(set).filter(partition -> ordinal < first(set) + partition).isPresent();
  }

  /** Empty where pods are replaced by nobody but who deletes them. */
  private static Optional<Integer> partition(StatefulSet set) {
    return Optional.ofNullable(set.getSpec().getUpdateStrategy().getRollingUpdate())
        .filter(any -> "RollingUpdate".equals(set.getSpec().getUpdateStrategy().getType()))
        .map(RollingUpdateStatefulSetStrategy::getPartition);
  }

  private static int first(StatefulSet set) {
    return set.getSpec().getOrdinals() == null ? 0 : set.getSpec().getOrdinals().getStart();
  }

  static int ordinal(Pod pod) {
    String name = pod.getMetadata().getName();
    return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
  }

  static String revision(Pod pod) {
    return pod.getMetadata().getLabels().get(REVISION);
  }

  private void status(StatefulSet set, String current, String update) {
    List<Pod> all = known.seen().stream().filter(pod -> Pods.isOwnedBy(set, pod)).toList();
    List<Pod> live = all.stream().filter(pod -> !Pods.isEnding(pod)).toList();
    int wanted = Workload.of(set).wanted();
    // As in Kubernetes, pods that are ending count here for as long as they answer.
    int ready = (int) all.stream().filter(Pods::isReady).count();
    int updated = (int) live.stream().filter(pod -> update.equals(revision(pod))).count();
    boolean complete =
        partition(set).isPresent() && updated == wanted && ready == wanted && all.size() == wanted;
    String settled = complete ? update : current;
    StatefulSet next = Shallow.copy(set, set.getMetadata());
    next.setStatus(
        new StatefulSetStatusBuilder()
            .withObservedGeneration(set.getMetadata().getGeneration())
            .withReplicas(all.size())
            .withReadyReplicas(ready)
            .withAvailableReplicas(ready)
            .withUpdatedReplicas(updated)
            .withCurrentReplicas(
                (int) live.stream().filter(pod -> settled.equals(revision(pod))).count())
            .withCurrentRevision(settled)
            .withUpdateRevision(update)
            .build());
    world.server.status(NAME, next);
  }
}
