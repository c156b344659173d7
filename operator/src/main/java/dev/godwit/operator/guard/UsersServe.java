package dev.godwit.operator.guard;

import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pods of a service that uses a database: probes ask those that are ready, and so say nothing
 * of the others. While its schema is changed, containers may not crash again and again, and no pod
 * that was ready may stay unready for longer than {@link GreenHealthy#TOLERANCE} while there are
 * fewer than its workload wants. One that has only just begun is given its time.
 */
public record UsersServe(DatabaseUser user) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    if (user.addresses(situation).isEmpty()) {
      return Verdict.fine();
    }
    ServiceView view = situation.seen().service(user.plan().name());
    List<Pod> pods = view.members();
    if (pods.stream().anyMatch(Rollouts::isCrashing)) {
      return unhealthy(pods, "its containers crash");
    }
    int ready = Rollouts.ready(pods);
    int wanted = Workload.of(view).map(Workload::wanted).orElse(0);
    Optional<Instant> patience =
        Rollouts.lostSince(pods).map(since -> since.plus(GreenHealthy.TOLERANCE));
    if (ready >= wanted || patience.isEmpty()) {
      return Verdict.fine();
    }
    return situation.now().isBefore(patience.get())
        ? new Verdict.Fine(patience)
        : unhealthy(pods, ready + " of " + wanted + " pods are ready");
  }

  @Override
  public Set<Need> needs(Journal journal) {
    return user.needs(journal);
  }

  private Verdict unhealthy(List<Pod> pods, String what) {
    return new Verdict.Trip(
        Reason.PODS_UNHEALTHY,
        user.plan().title()
            + " is not healthy: "
            + Rollouts.podTrouble(pods).map(trouble -> what + ", " + trouble).orElse(what));
  }
}
