package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Question;
import java.time.Duration;
import java.util.Optional;

/** Asks one pod one question. */
@FunctionalInterface
public interface Asker {

  /**
   * Asks, and waits for the answer.
   *
   * @param address IP address of the pod
   * @param timeout how long all of it may take
   * @return what was wrong with the answer, with question and address in it and without anything of
   *     a body; empty where it was good
   * @throws InterruptedException if the asking thread was interrupted
   */
  Optional<String> ask(Question question, String address, Duration timeout)
      throws InterruptedException;
}
