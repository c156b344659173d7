package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes what the operator made for a service. Green goes only while the original, to which
 * traffic has returned, still serves: else it is the last that could.
 *
 * @param keepsGreen whether green and its twins stay, and only its preview Service and the Jobs go
 * @param verified the steps whose Jobs are removed
 * @param deadline how long the original may be without ready endpoints
 */
public record Remove(
    ServicePlan plan,
    Marks.Maker maker,
    boolean keepsGreen,
    List<JobStep> verified,
    Duration deadline)
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
    Optional<Assessment> needed =
        keepsGreen || view.green().isEmpty() ? Optional.empty() : needed(view, situation);
    if (needed.isPresent()) {
      return needed.get();
    }
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

  /**
   * Why green must stay, if it must. A Service that somebody has pointed elsewhere needs neither.
   */
  private Optional<Assessment> needed(ServiceView view, Situation situation) {
    String original = "Deployment " + plan.workload();
    if (view.blue().isEmpty()) {
      return Optional.of(
          Assessment.failed(
              Reason.BLUE_DELETED,
              original
                  + " was deleted by somebody else after traffic had returned to it; Deployment "
                  + plan.green()
                  + " is kept. Create "
                  + plan.workload()
                  + " again"));
    }
    Traffic traffic = new Traffic(plan, view);
    Set<String> services = new HashSet<>(traffic.selectors().keySet());
    services.removeAll(
        traffic
            .foreign(situation.journal().entry(plan.step(Verbs.SWITCH)).preImage().selectors())
            .keySet());
    if (traffic.isOffGreen(services, true)) {
      return Optional.empty();
    }
    String what = "the endpoints of " + String.join(", ", plan.traffic());
    Instant end = situation.entry().since().plus(deadline);
    return Optional.of(
        situation.await(
            what + " to be ready pods of " + original + " again",
            end,
            Reason.DEADLINE_EXCEEDED,
            what
                + " are not ready pods of "
                + original
                + " any more; Deployment "
                + plan.green()
                + " is kept"));
  }
}
