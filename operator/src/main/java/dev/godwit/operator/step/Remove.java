package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes what the operator made for a service.
 *
 * @param keepsGreen whether green and its twins stay, and only its preview Service and the Jobs go
 * @param verified the steps whose Jobs are removed
 */
public record Remove(
    ServicePlan plan, Marks.Maker maker, boolean keepsGreen, List<JobStep> verified)
    implements Step {

  /** Copies the list. */
  public Remove {
    verified = List.copyOf(verified);
  }

  @Override
  public String name() {
    return plan.step(Verbs.REMOVE);
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.TWINS);
  }

  @Override
  public Assessment assess(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    Stream<? extends HasMetadata> objects =
        keepsGreen
            ? view.preview().stream()
                .filter(made -> Marks.wasMadeFor(made, maker.uid(), plan.name()))
            : Deploy.made(view, plan, maker);
    Stream<Job> jobs = JobStep.jobs(verified, situation);
    List<Action> deletions =
        Stream.concat(objects, jobs).map(made -> (Action) new Action.Delete(made)).toList();
    return deletions.isEmpty()
        ? Assessment.done()
        : Assessment.act("removing what was made for the migration", deletions);
  }
}
