package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.FieldManagers;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.RotationService;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which pods of a service that is upgraded in place are in rotation. While that matters its
 * Services select by {@link Marks#ROTATION}, a label that pods get from the operator alone: a pod
 * that is made anew is out of rotation, even when it is ready, until it is given the label.
 */
public final class Rotation {

  private static final Set<StepState> UNTOUCHED = Set.of(StepState.PENDING, StepState.UNDONE);

  private final ServicePlan plan;
  private final List<ServicePlan> neighbours;
  private final Observation seen;
  private final ServiceView view;
  private final Journal journal;

  /**
   * Of a service as it is seen.
   *
   * @param neighbours the other services of the migration that stand behind the same Service
   */
  public Rotation(
      ServicePlan plan, List<ServicePlan> neighbours, Observation seen, Journal journal) {
    this.plan = plan;
    this.neighbours = neighbours;
    this.seen = seen;
    this.view = seen.service(plan.name());
    this.journal = journal;
  }

  /** Whether somebody else has set the selector of a Service: it is neither as it was nor ours. */
  public Map<String, Map<String, String>> foreign() {
    Map<String, Map<String, String>> foreign = selectors();
    Map<String, Map<String, String>> recorded = recorded();
    Map<String, Map<String, String>> ours = byRotation(recorded);
    foreign
        .entrySet()
        .removeIf(
            now ->
                now.getValue().equals(recorded.get(now.getKey()))
                    || now.getValue().equals(ours.get(now.getKey())));
    return foreign;
  }

  /** The selectors that were recorded before anything was changed. */
  public Map<String, Map<String, String>> recorded() {
    Map<String, Map<String, String>> selectors =
        journal.entry(plan.step(Verbs.ROTATION_ON)).preImage().selectors();
    return selectors == null ? Map.of() : selectors;
  }

  /** The same with the label of rotation. */
  private static Map<String, Map<String, String>> byRotation(
      Map<String, Map<String, String>> recorded) {
    Map<String, Map<String, String>> selectors = new HashMap<>();
    recorded.forEach(
        (service, selector) -> {
          Map<String, String> more = new HashMap<>(selector);
          more.put(Marks.ROTATION, Marks.IN);
          selectors.put(service, more);
        });
    return selectors;
  }

  /** The selectors as they are. */
  public Map<String, Map<String, String>> selectors() {
    return new Traffic(plan, view).selectors();
  }

  /** The writes that let the Services select by rotation, but for those that others have set. */
  List<Action> selectByRotation() {
    return select(byRotation(recorded()), Marks.IN);
  }

  /**
   * The writes that let the Services select as before, but for those that others have set. One
   * whose selector somebody else has set back is written to all the same, so that it can be seen
   * when that has got about; one that was never changed is not.
   */
  List<Action> selectAll() {
    return select(recorded(), Marks.ALL);
  }

  private List<Action> select(Map<String, Map<String, String>> wanted, String what) {
    return own().stream()
        .sorted()
        .map(view.traffic()::get)
        .filter(service -> !selects(service, wanted.get(service.getMetadata().getName()), what))
        .map(
            service ->
                (Action)
                    Changes.selector(service, wanted.get(service.getMetadata().getName()), what))
        .toList();
  }

  private static boolean selects(Service service, Map<String, String> wanted, String what) {
    return Traffic.selectorOf(service).equals(wanted)
        && Marks.selects(service).filter(said -> !said.startsWith(what + "-")).isEmpty();
  }

  /**
   * Whether the selectors that were set last have got about: the EndpointSlices of each Service of
   * ours were made from it, or from a later one.
   */
  boolean isFollowed() {
    return own().stream()
        .filter(name -> Marks.selects(view.traffic().get(name)).isPresent())
        .allMatch(view.followed()::contains);
  }

  /**
   * Whether it has got about that the pods that are to get the label have none: the Service that is
   * made for this has EndpointSlices, and they list none of them. They may have had it before.
   */
  boolean isLackKnown() {
    String service = RotationService.name(plan);
    Set<String> lacking = names(live().filter(pod -> !Marks.isInRotation(pod)));
    return view.endpoints().containsKey(service)
        && view.endpointsOf(service).stream().map(Endpoint::pod).noneMatch(lacking::contains);
  }

  /**
   * Whether the labels have got about: the Service that is made for this lists every ready pod that
   * has one.
   */
  boolean areLabelsKnown() {
    Set<String> known =
        view.endpointsOf(RotationService.name(plan)).stream()
            .map(Endpoint::pod)
            .collect(Collectors.toSet());
    return known.containsAll(labelledAndReady());
  }

  private Set<String> labelledAndReady() {
    return names(live().filter(Marks::isInRotation).filter(Rollouts::isReady));
  }

  /** The writes that give the label to all pods that should have it. */
  public List<Action> labels() {
    return live()
        .filter(pod -> !Marks.isInRotation(pod) && belongsIn(pod))
        .map(pod -> (Action) Changes.rotation(pod, true))
        .toList();
  }

  /** The writes that take our labels from all pods, and then from the Services. */
  List<Action> noLabels() {
    Stream<Action> pods =
        live().filter(Marks::isInRotation).map(pod -> Changes.rotation(pod, false));
    Stream<Action> services =
        view.traffic().values().stream()
            .filter(service -> Marks.selects(service).isPresent())
            .map(Changes::noSelects);
    return Stream.concat(pods, services).toList();
  }

  /** The writes that give the label to the pods of a member, or take it from them. */
  List<Action> rotate(Member member, boolean in) {
    return member.pods(view).stream()
        .filter(pod -> Marks.isInRotation(pod) != in)
        .map(pod -> (Action) Changes.rotation(pod, in))
        .toList();
  }

  /**
   * Names of the ready pods that stay out of rotation though their members are in: they were made
   * anew with the old version, before what was saved of them is restored.
   */
  List<String> unrestored() {
    return Member.of(plan).stream()
        .filter(member -> member.isIn(journal))
        .flatMap(member -> member.pods(view).stream())
        .filter(pod -> Rollouts.isReady(pod) && !Marks.isInRotation(pod) && !belongsIn(pod))
        .map(pod -> pod.getMetadata().getName())
        .sorted()
        .toList();
  }

  /** Names of the Services that are there and that nobody else has pointed elsewhere. */
  private Set<String> own() {
    Set<String> own = new HashSet<>(selectors().keySet());
    own.removeAll(foreign().keySet());
    return own;
  }

  /** Whether every Service that is ours leads to every ready pod of a member. */
  boolean reaches(Member member) {
    Set<String> pods = names(member.pods(view).stream().filter(Rollouts::isReady));
    return own().stream().allMatch(service -> ready(service).containsAll(pods));
  }

  /** The same of those of its ready pods that have the label. */
  boolean reachesLabelled(Member member) {
    Set<String> pods =
        names(member.pods(view).stream().filter(Rollouts::isReady).filter(Marks::isInRotation));
    return own().stream().allMatch(service -> ready(service).containsAll(pods));
  }

  /** Whether no Service leads to any pod of a member. */
  boolean avoids(Member member) {
    return plan.traffic().stream().allMatch(service -> avoids(member, service));
  }

  /**
   * The same of the Services that do select by rotation: one that somebody else keeps setting back
   * leads to all pods, and there is nothing that could take one out of it.
   */
  boolean avoidsAsFarAsPossible(Member member) {
    Map<String, Map<String, String>> selectors = selectors();
    return plan.traffic().stream()
        .filter(service -> selectors.getOrDefault(service, Map.of()).containsKey(Marks.ROTATION))
        .allMatch(service -> avoids(member, service));
  }

  private boolean avoids(Member member, String service) {
    Set<String> pods = names(view.members().stream().filter(pod -> member.owns(pod, view)));
    return ready(service).stream().noneMatch(pods::contains);
  }

  /** Whether the ready endpoints of each Service of ours are the ready pods with the label. */
  boolean isExact() {
    Set<String> labelled = labelledAndReady();
    return own().stream().allMatch(service -> ready(service).equals(labelled));
  }

  /** Whether somebody else has set a selector since then, to the second. */
  boolean wasSetByOthersSince(Instant when) {
    return view.traffic().values().stream()
        .flatMap(service -> FieldManagers.othersWroteAt(service, "f:spec", "f:selector").stream())
        .anyMatch(set -> !set.isBefore(when.truncatedTo(ChronoUnit.SECONDS)));
  }

  /** Whether every Service of ours leads to all ready pods. */
  boolean isAll() {
    Set<String> all = names(live().filter(Rollouts::isReady));
    return own().stream().allMatch(service -> ready(service).containsAll(all));
  }

  /**
   * How many ready members would stay in rotation without this one: pods of the StatefulSet that
   * have the label and that every Service of ours leads to, or workloads behind the shared Service
   * all of whose pods are such.
   */
  int readyWithout(Member member) {
    Set<String> own = own();
    List<Pod> others =
        live()
            .filter(Marks::isInRotation)
            .filter(Rollouts::isReady)
            .filter(pod -> !member.owns(pod, view))
            .filter(
                pod ->
                    own.stream()
                        .allMatch(service -> ready(service).contains(pod.getMetadata().getName())))
            .toList();
    return member.ordinal().isPresent()
        ? others.size()
        : (int) view.peers().values().stream().filter(peer -> isWhole(peer, others)).count();
  }

  private static boolean isWhole(HasMetadata peer, List<Pod> inRotation) {
    Optional<Workload> workload =
        switch (peer) {
          case Deployment deployment -> Optional.of(Workload.of(deployment));
          case StatefulSet set -> Optional.of(Workload.of(set));
          default -> Optional.empty();
        };
    return workload
        .filter(one -> one.wanted() > 0)
        .filter(one -> inRotation.stream().filter(one::owns).count() >= one.wanted())
        .isPresent();
  }

  /**
   * Whether another service has to keep members out of the same Services: one that can't be taken
   * back for now, while this one can.
   */
  boolean isNeededByOthers() {
    return neighbours.stream()
        .anyMatch(
            other ->
                !UNTOUCHED.contains(journal.entry(other.step(Verbs.ROTATION_ON)).state())
                    && !journal.isDone(other.step(Verbs.ROTATION_OFF)));
  }

  /**
   * Whether a pod should carry the label: it is another's, or its member is in rotation. A pod that
   * was made anew from another revision than its member should run has to pass its checks first.
   */
  private boolean belongsIn(Pod pod) {
    return Stream.concat(Stream.of(plan), neighbours.stream())
        .flatMap(service -> Member.of(service).stream())
        .filter(member -> member.owns(pod, seen.service(member.plan().name())))
        .findFirst()
        .map(member -> member.isIn(journal) && (member.ordinal().isEmpty() || runs(pod, member)))
        .orElseGet(() -> plan.inPlace().orElseThrow().members() == 0);
  }

  private boolean runs(Pod pod, Member member) {
    return Workload.revisionOf(pod).filter(member.revisions(journal)::contains).isPresent();
  }

  private Stream<Pod> live() {
    return view.members().stream().filter(pod -> pod.getMetadata().getDeletionTimestamp() == null);
  }

  private static Set<String> names(Stream<Pod> pods) {
    return pods.map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
  }

  private Set<String> ready(String service) {
    return view.endpointsOf(service).stream()
        .filter(Endpoint::ready)
        .map(Endpoint::pod)
        .collect(Collectors.toSet());
  }

  /** A Service of the plan that is not there, if any. */
  Optional<String> missing() {
    return plan.traffic().stream().filter(name -> !view.traffic().containsKey(name)).findFirst();
  }
}
