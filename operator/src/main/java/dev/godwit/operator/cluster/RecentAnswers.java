package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Answers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;

/** The answers of the last minutes to one probe, and no more than so many. Not thread-safe. */
final class RecentAnswers {

  /** Enough for ten pods that are asked every second. */
  private static final int MOST = 3000;

  private final Deque<Answer> answers = new ArrayDeque<>();
  private int failed;

  private record Answer(Instant at, boolean good, Duration took) {}

  /** Counts an answer. */
  void add(Instant at, boolean good, Duration took) {
    answers.addLast(new Answer(at, good, took));
    failed += good ? 0 : 1;
    while (answers.size() > MOST || answers.getFirst().at().isBefore(at.minus(Answers.WINDOW))) {
      failed -= answers.removeFirst().good() ? 0 : 1;
    }
  }

  /** All of them together. */
  Answers summary() {
    return new Answers(answers.size(), failed, median());
  }

  private OptionalDouble median() {
    List<Duration> good = answers.stream().filter(Answer::good).map(Answer::took).sorted().toList();
    return good.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(good.get((good.size() - 1) / 2).toNanos() / 1e9);
  }
}
