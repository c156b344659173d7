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

  /**
   * What one pod has answered.
   *
   * @param wrong empty where the answer was good
   * @param took until the answer was there, without the time in which nobody asked
   */
  record Answer(Optional<String> wrong, Duration took) {}

  /** What was wrong with each pod that did not answer well, by address, in the order given. */
  Map<String, String> wrong(Question question, List<String> addresses, Duration timeout)
      throws InterruptedException {
    Map<String, String> wrong = new LinkedHashMap<>();
    answers(question, addresses, timeout)
        .forEach((address, answer) -> answer.wrong().ifPresent(what -> wrong.put(address, what)));
    return wrong;
  }

  /** What each pod has answered, by address, in the order given. */
  Map<String, Answer> answers(Question question, List<String> addresses, Duration timeout)
      throws InterruptedException {
    Map<String, Future<Answer>> asked = new LinkedHashMap<>();
    addresses.forEach(
        address -> asked.put(address, threads.submit(() -> ask(question, address, timeout))));
    Map<String, Answer> answers = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Future<Answer>> one : asked.entrySet()) {
        answers.put(one.getKey(), one.getValue().get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException bug
          ? bug
          : new IllegalStateException(e.getCause());
    } finally {
      asked.values().forEach(answer -> answer.cancel(true));
    }
    return answers;
  }

  private Answer ask(Question question, String address, Duration timeout)
      throws InterruptedException {
    permits.acquire();
    try {
      long began = System.nanoTime();
      Optional<String> wrong = asker.ask(question, address, timeout);
      return new Answer(wrong, Duration.ofNanos(System.nanoTime() - began));
    } finally {
      permits.release();
    }
  }
}
