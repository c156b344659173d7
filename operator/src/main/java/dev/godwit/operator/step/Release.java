package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lets go of all that the migration held: autoscalers may scale down again, what was recorded and
 * saved goes, and so do the marks.
 *
 * @param leftovers steps that leave what they made until all is over
 * @param verified checks whose Jobs nobody has removed before
 */
public record Release(
    ServicePlan plan, Marks.Maker maker, List<MemberBackup> leftovers, List<Verify> verified)
    implements Step {

  /** Copies the lists. */
  public Release {
    leftovers = List.copyOf(leftovers);
    verified = List.copyOf(verified);
  }

  @Override
  public String name() {
    return plan.step(Verbs.RELEASE);
  }

  /** What was recorded to go back to is removed here. */
  @Override
  public boolean pointOfNoReturn() {
    return true;
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.AUTOSCALER, Need.TWINS);
  }

  @Override
  public Assessment assess(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    List<Action> autoscalers = new ArrayList<>();
    situation
        .journal()
        .find(plan.step(Verbs.HOLD_AUTOSCALER))
        .ifPresent(
            held -> {
              String recorded = held.preImage().scaleDownPolicy();
              HoldAutoscaler.giveBack(view.autoscaler(), recorded).ifPresent(autoscalers::add);
              twins(view)
                  .filter(HorizontalPodAutoscaler.class::isInstance)
                  .map(HorizontalPodAutoscaler.class::cast)
                  .map(twin -> HoldAutoscaler.giveBack(Optional.of(twin), recorded))
                  .flatMap(Optional::stream)
                  .forEach(autoscalers::add);
            });
    if (!autoscalers.isEmpty()) {
      return Assessment.act("letting autoscalers scale down again", autoscalers);
    }
    List<Action> releases = new ArrayList<>(Snapshot.removals(situation, plan, maker, leftovers));
    JobStep.jobs(verified, situation).forEach(job -> releases.add(new Action.Delete(job)));
    held(view).map(object -> (Action) Changes.release(object)).forEach(releases::add);
    return releases.isEmpty()
        ? Assessment.done()
        : Assessment.act("letting go of workload and Services", releases);
  }

  private Stream<? extends HasMetadata> held(ServiceView view) {
    Stream<? extends HasMetadata> deployments =
        Stream.concat(Workload.of(view).stream().map(Workload::object), view.green().stream());
    Stream<? extends HasMetadata> services = view.traffic().values().stream();
    return Stream.of(deployments, services, twins(view))
        .flatMap(objects -> objects)
        .filter(object -> Marks.isHeldBy(object, maker.migration()));
  }

  /** The twins of this service: the migration may have made others for its other services. */
  private Stream<HasMetadata> twins(ServiceView view) {
    return view.twins().values().stream()
        .filter(twin -> Marks.wasMadeFor(twin, maker.uid(), plan.name()));
  }
}
