package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Question;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Asks pods the same, side by side; so many questions at a time at the most. */
final class PodQuestions {

  private final Asker asker;
  private final Semaphore permits;
  private final ExecutorService threads;

  /**
   * Nothing is asked yet.
   *
   * @param concurrency how many questions are asked at a time, at the most
   * @param threads a thread for each question
   */
  PodQuestions(Asker asker, int concurrency, ExecutorService threads) {
    this.asker = asker;
    this.permits = new Semaphore(concurrency);
    this.threads = threads;
  }

  /** What was wrong with each pod that did not answer well, by address, in the order given. */
  Map<String, String> wrong(Question question, List<String> addresses, Duration timeout)
      throws InterruptedException {
    Map<String, Future<Optional<String>>> answers = new LinkedHashMap<>();
    addresses.forEach(
        address -> answers.put(address, threads.submit(() -> ask(question, address, timeout))));
    Map<String, String> wrong = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Future<Optional<String>>> answer : answers.entrySet()) {
        answer.getValue().get().ifPresent(what -> wrong.put(answer.getKey(), what));
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException bug
          ? bug
          : new IllegalStateException(e.getCause());
    } finally {
      answers.values().forEach(answer -> answer.cancel(true));
    }
    return wrong;
  }

  private Optional<String> ask(Question question, String address, Duration timeout)
      throws InterruptedException {
    permits.acquire();
    try {
      return asker.ask(question, address, timeout);
    } finally {
      permits.release();
    }
  }
}
