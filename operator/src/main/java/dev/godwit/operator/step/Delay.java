package dev.godwit.operator.step;

import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Waits while guards watch or connections finish. The wait lives in the journal: a restarted
 * operator neither forgets nor extends it.
 *
 * @param name name of the step
 * @param length how long
 * @param after the wait begins when the last of these steps had ended; where none is given, when
 *     this step begins
 * @param why what the time is for
 */
public record Delay(String name, Duration length, List<String> after, String why) implements Step {

  /** Copies the list. */
  public Delay {
    after = List.copyOf(after);
  }

  @Override
  public Assessment assess(Situation situation) {
    Instant end = begin(situation).plus(length);
    return situation.now().isBefore(end)
        ? Assessment.await(why + " until " + end.truncatedTo(ChronoUnit.SECONDS), end)
        : Assessment.done();
  }

  private Instant begin(Situation situation) {
    return after.stream()
        .map(situation.journal()::find)
        .flatMap(Optional::stream)
        .map(Journal.Entry::finishedAt)
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder())
        .orElseGet(situation.entry()::since);
  }
}
