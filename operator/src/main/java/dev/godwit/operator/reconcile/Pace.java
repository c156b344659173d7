package dev.godwit.operator.reconcile;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Decision.StepAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Slows down what makes no progress, so that nothing loops hot: the same actions again, conflict
 * after conflict, the same preflight problems. Lives in memory: after a restart it begins anew.
 */
final class Pace {

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration BETWEEN_MESSAGES = Duration.ofSeconds(5);
  private static final Duration FIRST_REFUSED = Duration.ofSeconds(10);
  private static final Duration LONGEST_REFUSED = Duration.ofMinutes(5);

  private List<String> last = List.of();
  private int repeats;
  private Instant notBefore = Instant.MIN;
  private Instant lastRecord = Instant.MIN;
  private int conflicts;
  private int preflights;
  private long preflightGeneration;

  /**
   * Until when actions are put off: they are the ones of the decision before, and not enough time
   * has passed since. Where they are not put off they count as done now.
   */
  Optional<Instant> putOff(List<StepAction> actions, Instant now) {
    List<String> wanted = actions.stream().map(Pace::fingerprint).toList();
    if (wanted.isEmpty()) {
      last = wanted;
      return Optional.empty();
    }
    boolean same = wanted.equals(last);
    if (same && now.isBefore(notBefore)) {
      return Optional.of(notBefore);
    }
    repeats = same ? repeats + 1 : 0;
    last = wanted;
    notBefore = now.plus(grown(FIRST, LONGEST, repeats));
    return Optional.empty();
  }

  /** The status was written. */
  void recorded(Instant now) {
    lastRecord = now;
  }

  /** Until when it can wait to record that nothing but messages changed; empty: no longer. */
  Optional<Instant> messagesPutOff(Instant now) {
    boolean recent = lastRecord.isAfter(now.minus(BETWEEN_MESSAGES));
    return recent ? Optional.of(lastRecord.plus(BETWEEN_MESSAGES)) : Optional.empty();
  }

  /** When to look again after a conflict. */
  Instant afterConflict(Instant now) {
    return afterConflict(conflicts++, now);
  }

  /** When to try again what was in conflict after so many conflicts in a row before. */
  static Instant afterConflict(int before, Instant now) {
    return now.plus(grown(FIRST, LONGEST, before));
  }

  /** A reconciliation had no conflict. */
  void noConflict() {
    conflicts = 0;
  }

  /** When to check again what preflight found; soon again when the specification has changed. */
  Instant afterPreflight(long generation, Instant now) {
    preflights = generation == preflightGeneration ? preflights + 1 : 0;
    preflightGeneration = generation;
    return afterRefusal(preflights, now);
  }

  /** When to try again what a person must mend, and was tried in vain so often before. */
  static Instant afterRefusal(int before, Instant now) {
    return now.plus(grown(FIRST_REFUSED, LONGEST_REFUSED, before));
  }

  private static Duration grown(Duration first, Duration longest, int times) {
    Duration grown = first.multipliedBy(1L << Math.min(times, 20));
    return grown.compareTo(longest) < 0 ? grown : longest;
  }

  /** What an action does, without the state that the object was seen in. */
  private static String fingerprint(StepAction wanted) {
    String what =
        switch (wanted.action()) {
          case Action.Create create -> "create " + name(create.object());
          case Action.Delete delete ->
              "delete " + name(delete.seen()) + " " + delete.seen().getMetadata().getUid();
          case Action.Patch patch -> "patch " + name(patch.seen()) + " " + patch.change();
          case Action.StrategicPatch patch -> "patch " + name(patch.seen()) + " " + patch.change();
          case Action.Replace replace ->
              "replace " + name(replace.seen()) + " " + new TreeMap<>(replace.values());
          case Action.RunCheck run -> "check " + run.request().id();
        };
    return wanted.step() + ": " + what;
  }

  private static String name(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }
}
