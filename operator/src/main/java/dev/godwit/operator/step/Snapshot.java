package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Snapshots;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Records what is there of a service, and marks its workload and its Services as held by this
 * migration: the label is set by compare-and-set, so two migrations never hold one object. What is
 * needed to go back is in the journal, the whole specification in a ControllerRevision.
 *
 * @param neighbours the other services of the migration that stand behind the same Services: those
 *     are let go of with the last of them
 * @param leftovers steps that leave what they made until all is over
 */
public record Snapshot(
    ServicePlan plan, Marks.Maker maker, List<ServicePlan> neighbours, List<MemberBackup> leftovers)
    implements Step {

  /** Copies the collections. */
  public Snapshot {
    neighbours = List.copyOf(neighbours);
    leftovers = List.copyOf(leftovers);
  }

  @Override
  public String name() {
    return plan.step(Verbs.SNAPSHOT);
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.DIGESTS);
  }

  @Override
  public PreImage preImage(Observation seen) {
    return Workload.of(seen.service(plan.name())).map(this::imageOf).orElse(PreImage.NONE);
  }

  private PreImage imageOf(Workload workload) {
    Map<String, String> images = new TreeMap<>();
    workload
        .template()
        .getSpec()
        .getContainers()
        .forEach(container -> images.put(container.getName(), container.getImage()));
    return new PreImage(
        workload.object().getMetadata().getUid(),
        Templates.hash(workload.template()),
        workload.wanted(),
        workload.revision().orElse(null),
        images,
        null,
        List.of("ControllerRevision/" + Snapshots.name(plan, maker)),
        null,
        null,
        null);
  }

  @Override
  public Assessment assess(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    Optional<Workload> workload = Workload.of(view);
    if (workload.isEmpty()) {
      return Assessment.failed(Reason.BLUE_DELETED, plan.title() + " does not exist any more");
    }
    Optional<String> version = runs(workload.get());
    if (version.isPresent() && !plan.version().isEmpty() && !version.get().equals(plan.version())) {
      return Assessment.failed(
          Reason.BLUE_CHANGED,
          plan.title()
              + " runs "
              + version.get()
              + " by now, and not "
              + plan.version()
              + ", which ran when the migration started");
    }
    for (String service : plan.traffic()) {
      if (!view.traffic().containsKey(service)) {
        return Assessment.failed(
            Reason.SERVICE_DELETED, "Service " + service + " does not exist any more");
      }
    }
    List<Action> workloads = new ArrayList<>();
    List<Action> others = new ArrayList<>();
    for (HasMetadata object : objects(view).toList()) {
      Optional<String> holder = Marks.holder(object);
      if (holder.isEmpty()) {
        (object instanceof Service ? others : workloads)
            .add(Changes.hold(object, maker.migration()));
      } else if (!holder.get().equals(maker.migration())) {
        return Assessment.failed(
            Reason.HELD_BY_ANOTHER,
            object.getKind()
                + " "
                + object.getMetadata().getName()
                + " is held by Migration "
                + holder.get()
                + ": wait until that has ended, or delete it");
      }
    }
    if (Snapshots.find(situation.seen(), plan, maker).isEmpty()) {
      others.add(new Action.Create(Snapshots.of(plan, maker, workload.get(), view.digests())));
    }
    return workloads.isEmpty() && others.isEmpty()
        ? recorded(situation, workload.get())
        // The workloads first: of two migrations that want the same, one gets all of it.
        : Assessment.act(
            "recording what is there, and marking workload and Services", workloads, others);
  }

  /** One that began without its workload, and was tried again, has recorded nothing yet. */
  private Assessment recorded(Situation situation, Workload workload) {
    return situation.entry().preImage().equals(PreImage.NONE)
        ? Assessment.done(imageOf(workload))
        : Assessment.done();
  }

  private Optional<String> runs(Workload workload) {
    return Templates.version(workload, Optional.ofNullable(plan.spec().container()));
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    List<Action> made = new ArrayList<>(removals(situation, plan, maker, leftovers));
    List<Action> releases =
        objects(view)
            .filter(object -> Marks.isHeldBy(object, maker.migration()))
            .filter(object -> !(object instanceof Service) || !isShared(object, situation))
            .map(object -> (Action) Changes.release(object))
            .toList();
    made.addAll(releases);
    return made.isEmpty()
        ? Assessment.done()
        : Assessment.act("letting go of workload and Services", made);
  }

  /** Whether another service that was begun and is not taken back yet needs a Service, too. */
  private boolean isShared(HasMetadata object, Situation situation) {
    return neighbours.stream()
        .filter(other -> other.traffic().contains(object.getMetadata().getName()))
        .map(other -> situation.journal().entry(other.step(Verbs.SNAPSHOT)).state())
        .anyMatch(state -> state != StepState.PENDING && state != StepState.UNDONE);
  }

  /** The writes that remove what was recorded and saved of a service. */
  static List<Action> removals(
      Situation situation, ServicePlan plan, Marks.Maker maker, List<MemberBackup> leftovers) {
    Stream<HasMetadata> saved =
        leftovers.stream()
            .flatMap(
                step ->
                    step.leftovers(
                        situation.seen(), situation.journal().entry(step.name()).attempt()));
    Stream<HasMetadata> recorded =
        Snapshots.find(situation.seen(), plan, maker).stream().map(snapshot -> snapshot);
    return Stream.concat(saved, recorded)
        .map(object -> (Action) new Action.Delete(object))
        .toList();
  }

  /** The user's own objects that the migration holds. */
  private Stream<HasMetadata> objects(ServiceView view) {
    Stream<? extends HasMetadata> replacement =
        plan.spec().replacement() == null ? Stream.empty() : view.green().stream();
    Stream<HasMetadata> workload = Workload.of(view).stream().map(Workload::object);
    return Stream.concat(
        Stream.concat(workload, replacement),
        plan.traffic().stream().map(view.traffic()::get).filter(service -> service != null));
  }
}
