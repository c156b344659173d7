package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServicePlan.InPlace;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Rollouts;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes a member out of rotation, or returns it, and confirms that from the EndpointSlices. Each is
 * the undo of the other. A member leaves only while enough others are ready in rotation.
 *
 * @param neighbours the other services of the migration that stand behind the same Service
 * @param in whether it returns
 * @param backup what was saved of the member, if anything: on the way back it leaves the rotation
 *     only if it can be restored, else it goes on serving as it is
 * @param deadline how long it may take to be possible
 */
public record Rotate(
    Member member,
    List<ServicePlan> neighbours,
    boolean in,
    Optional<MemberBackup> backup,
    Duration deadline)
    implements Step {

  /** How long a label may take to get about. */
  private static final Duration HEARD = Duration.ofMinutes(1);

  /** Copies the list. */
  public Rotate {
    neighbours = List.copyOf(neighbours);
  }

  @Override
  public String name() {
    return member.step(in ? Verbs.IN : Verbs.OUT);
  }

  @Override
  public Set<Need> needs() {
    return member.ordinal().isEmpty() ? Set.of(Need.PEERS) : Set.of();
  }

  @Override
  public Assessment assess(Situation situation) {
    return turned(situation, in, situation.entry().since().plus(deadline));
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    Optional<String> unsaved =
        in ? backup.flatMap(saved -> saved.missing(situation)) : Optional.empty();
    if (unsaved.isPresent()) {
      return Assessment.failed(
          Reason.BACKUP_MISSING,
          unsaved.get()
              + ": "
              + member.name()
              + " stays on the new version, in rotation. "
              + Commands.leaveAsItIs(backup.orElseThrow().maker()));
    }
    Instant begin = situation.entry().undoStartedAt().orElseThrow();
    return unheard(situation, begin).orElseGet(() -> turned(situation, !in, begin.plus(deadline)));
  }

  /**
   * A label that was given and of which no endpoints have told yet may still get about: then they
   * could lead to the member after it was found to be out. So it is awaited, for a while.
   */
  private Optional<Assessment> unheard(Situation situation, Instant begin) {
    boolean wasConfirmed = situation.entry().finishedAt().isPresent();
    Instant patience = begin.plus(HEARD);
    return !in
            || wasConfirmed
            || !situation.now().isBefore(patience)
            || rotation(situation).reachesLabelled(member)
        ? Optional.empty()
        : Optional.of(
            Assessment.await(
                member.name() + " to be among the endpoints of " + services() + ", to leave them",
                patience));
  }

  private Rotation rotation(Situation situation) {
    return new Rotation(member.plan(), neighbours, situation.seen(), situation.journal());
  }

  private Assessment turned(Situation situation, boolean wanted, Instant end) {
    ServiceView view = situation.seen().service(member.plan().name());
    Rotation rotation = rotation(situation);
    return wanted ? into(rotation, view, end, situation) : out(rotation, view, end, situation);
  }

  private Assessment out(Rotation rotation, ServiceView view, Instant end, Situation situation) {
    List<Action> labels = rotation.rotate(member, false);
    boolean serves = member.pods(view).stream().anyMatch(Rollouts::isReady);
    int others = rotation.readyWithout(member);
    int needed = needed();
    if (!labels.isEmpty() && serves && others < needed) {
      return situation.await(
          "enough members to be ready: without "
              + member.name()
              + " "
              + others
              + " would be in rotation, and minAvailable is "
              + needed
              + unrestored(rotation),
          end,
          Reason.TOO_FEW_MEMBERS);
    }
    if (!labels.isEmpty()) {
      return Assessment.act("taking " + member.name() + " out of rotation", labels);
    }
    boolean left = in ? rotation.avoidsAsFarAsPossible(member) : rotation.avoids(member);
    return left
        ? Assessment.done()
        : situation.await(
            member.name() + " to leave the endpoints of " + services(),
            end,
            Reason.DEADLINE_EXCEEDED);
  }

  /** The way out where members were replaced by others before their turn to go back. */
  private String unrestored(Rotation rotation) {
    List<String> pods = in ? rotation.unrestored() : List.of();
    return pods.isEmpty() || backup.isEmpty()
        ? ""
        : ". "
            + String.join(", ", pods)
            + " runs the old version by now, and stays out until what was saved of it is restored."
            + " "
            + Commands.label(pods, backup.get().maker());
  }

  /** The most that any of those behind the same Service wants: they are each other's members. */
  private int needed() {
    return Stream.concat(Stream.of(member.plan()), neighbours.stream())
        .flatMap(plan -> plan.inPlace().stream())
        .mapToInt(InPlace::minAvailable)
        .max()
        .orElseThrow();
  }

  private Assessment into(Rotation rotation, ServiceView view, Instant end, Situation situation) {
    List<Pod> pods = member.pods(view);
    Optional<Pod> unready = pods.stream().filter(pod -> !Rollouts.isReady(pod)).findFirst();
    if (pods.isEmpty() || unready.isPresent()) {
      return situation.await(
          member.name()
              + " to be ready"
              + Rollouts.podTrouble(pods).map(trouble -> ": " + trouble).orElse(""),
          end,
          Reason.PODS_UNHEALTHY);
    }
    List<Action> labels = rotation.rotate(member, true);
    if (!labels.isEmpty()) {
      return Assessment.act("returning " + member.name() + " to rotation", labels);
    }
    return rotation.reaches(member)
        ? Assessment.done()
        : situation.await(
            member.name() + " to be among the endpoints of " + services(),
            end,
            Reason.DEADLINE_EXCEEDED);
  }

  private String services() {
    return String.join(", ", member.plan().traffic());
  }
}
