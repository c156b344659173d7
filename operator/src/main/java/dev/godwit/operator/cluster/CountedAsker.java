package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Question;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Tells of every question whether the answer was good. */
public final class CountedAsker implements Asker {

  private final Asker asker;
  private final InstantSource clock;
  private final Counter counter;

  /** Counts questions. */
  @FunctionalInterface
  public interface Counter {

    /** One question, and how long it took to be answered. */
    void asked(boolean good, Duration took);
  }

  /** Has it asked by this asker. */
  public CountedAsker(Asker asker, InstantSource clock, Counter counter) {
    this.asker = asker;
    this.clock = clock;
    this.counter = counter;
  }

  @Override
  public Optional<String> ask(Question question, String address, Duration timeout)
      throws InterruptedException {
    long began = clock.millis();
    Optional<String> wrong = asker.ask(question, address, timeout);
    counter.asked(wrong.isEmpty(), Duration.ofMillis(clock.millis() - began));
    return wrong;
  }
}
