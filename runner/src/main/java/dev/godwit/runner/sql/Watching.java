package dev.godwit.runner.sql;

import dev.godwit.contract.sql.SqlQuestion;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Asks the same question again and again until the answer is bad so many times in a row. That
 * nobody answered changes nothing but what {@link #isGood} says.
 */
final class Watching {

  /** Lets the time between two questions pass. */
  @FunctionalInterface
  interface Pause {
    void await(Duration duration) throws InterruptedException;
  }

  private final Asker database;
  private final SqlQuestion.Watch watch;
  private final Pause pause;
  private final PrintStream err;
  private final AtomicReference<Answer> last =
      new AtomicReference<>(new Answer.Unknown("not asked yet"));

  /**
   * With its surroundings.
   *
   * @param err is told whenever the answer is another one
   */
  Watching(Asker database, SqlQuestion.Watch watch, Pause pause, PrintStream err) {
    this.database = database;
    this.watch = watch;
    this.pause = pause;
    this.err = err;
  }

  /** Whether the last answer was a good one. */
  boolean isGood() {
    return last.get() instanceof Answer.Good;
  }

  /** Returns the last of the bad answers, once there were enough of them. */
  Answer.Bad untilBad() throws InterruptedException {
    int bad = 0;
    while (true) {
      Answer answer = database.ask();
      if (!answer.equals(last.getAndSet(answer))) {
        err.println(words(answer));
      }
      switch (answer) {
        case Answer.Good good -> bad = 0;
        case Answer.Unknown unknown -> {
          // Neither one more nor none: the row goes on when there is an answer again.
        }
        case Answer.Bad why -> {
          bad++;
          if (bad >= watch.failures()) {
            return why;
          }
        }
      }
      pause.await(Duration.ofMillis(watch.intervalMillis()));
    }
  }

  static String words(Answer answer) {
    return switch (answer) {
      case Answer.Good good -> "good";
      case Answer.Bad(String why) -> "bad: " + why;
      case Answer.Unknown(String why) -> "no answer: " + why;
    };
  }
}
