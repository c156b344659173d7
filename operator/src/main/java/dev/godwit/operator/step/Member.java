package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServicePlan.InPlace;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is taken out of rotation, upgraded and returned at a time: a pod of a StatefulSet, or a
 * workload as a whole.
 *
 * @param ordinal of the pod; empty where the workload is upgraded as a whole
 */
public record Member(ServicePlan plan, OptionalInt ordinal) {

  private static final Set<StepState> STAYED_IN = Set.of(StepState.PENDING, StepState.UNDONE);

  /**
   * The members of a service that is upgraded in place, in the order in which they are: the highest
   * ordinal first.
   */
  public static List<Member> of(ServicePlan plan) {
    InPlace inPlace = plan.inPlace().orElseThrow();
    if (inPlace.members() == 0) {
      return List.of(new Member(plan, OptionalInt.empty()));
    }
    return IntStream.range(0, inPlace.members())
        .map(index -> inPlace.firstOrdinal() + inPlace.members() - 1 - index)
        .mapToObj(ordinal -> new Member(plan, OptionalInt.of(ordinal)))
        .toList();
  }

  /** Name of the pod, or of the workload. */
  public String name() {
    return ordinal.isPresent() ? plan.workload() + "-" + ordinal.getAsInt() : plan.workload();
  }

  /** What the verb of its steps ends in. */
  private String suffix() {
    return ordinal.isPresent() ? Integer.toString(ordinal.getAsInt()) : "all";
  }

  /** A word that is of this member alone among those of its service, as in {@code backup-2}. */
  String own(String word) {
    return word + "-" + suffix();
  }

  /** Name of the step that does something to this member. */
  public String step(String verb) {
    return plan.step(own(verb));
  }

  /** From which partition on the StatefulSet's pods are upgraded with this member's turn. */
  int partition() {
    return ordinal.orElseThrow() - plan.inPlace().orElseThrow().firstOrdinal();
  }

  /** Whether it is the last one that is upgraded, and the first one that is taken back. */
  boolean isLast() {
    return ordinal.isEmpty() || partition() == 0;
  }

  /** Whether it is the first one that is upgraded, and the last one that is taken back. */
  boolean isFirst() {
    return ordinal.isEmpty() || partition() == plan.inPlace().orElseThrow().members() - 1;
  }

  /** Whether a pod is this member's. */
  boolean owns(Pod pod, ServiceView view) {
    return ordinal.isPresent()
        ? pod.getMetadata().getName().equals(name())
        : Workload.of(view).filter(workload -> workload.owns(pod)).isPresent();
  }

  /** Its pods, but for those that are ending. */
  public List<Pod> pods(ServiceView view) {
    return view.members().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> owns(pod, view))
        .toList();
  }

  /** Whether the journal says that it is in rotation, or on its way there. */
  public boolean isIn(Journal journal) {
    return STAYED_IN.contains(journal.entry(step(Verbs.OUT)).state())
        || journal.isDone(step(Verbs.IN));
  }

  /** Whether the journal says that it runs the new version. */
  public boolean isUpgraded(Journal journal) {
    return journal.isDone(step(Verbs.UPGRADE));
  }

  /**
   * The revisions that its pod may run in rotation, as far as they are known: the one that the
   * upgrade has brought, or else the one that ran before. On the way back a pod that was lost
   * before its turn comes back with the old version, and does as well where nothing is restored.
   */
  Set<String> revisions(Journal journal) {
    String before = journal.entry(plan.step(Verbs.SNAPSHOT)).preImage().revision();
    String now =
        isUpgraded(journal) ? journal.entry(step(Verbs.UPGRADE)).preImage().revision() : before;
    boolean back = journal.direction() == Direction.BACKWARD && plan.spec().restore() == null;
    return Stream.of(now, back ? before : now)
        .filter(Objects::nonNull)
        .collect(Collectors.toUnmodifiableSet());
  }
}
