package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks on virtual threads, so many at a time at the most. */
public final class PodChecks implements Checks, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PodChecks.class);

  /** Waits between two attempts. */
  @FunctionalInterface
  public interface Pause {

    /** Returns when the time has passed. */
    void of(Duration time) throws InterruptedException;
  }

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  private final PodQuestions questions;
  private final Wakeup wakeup;
  private final Pause pause;
  private final ExecutorService threads;
  private final Map<Key, Run> runs = new ConcurrentHashMap<>();

  private record Key(String migrationUid, String id) {}

  /** A check that was begun; the result is there when it has ended. */
  private static final class Run {
    private volatile Optional<CheckResult> result = Optional.empty();
    private volatile Future<?> task;
  }

  /**
   * No check is running yet.
   *
   * @param concurrency how many questions are asked at a time, at the most
   * @param pause waits between attempts
   * @param threads on which checks and questions run, a thread each; is shut down with this
   */
  public PodChecks(
      Asker asker, Wakeup wakeup, int concurrency, Pause pause, ExecutorService threads) {
    this.questions = new PodQuestions(asker, concurrency, threads);
    this.wakeup = wakeup;
    this.pause = pause;
    this.threads = threads;
  }

  @Override
  public void run(HasMetadata migration, CheckRequest request) {
    Key key = new Key(migration.getMetadata().getUid(), request.id());
    Run run = new Run();
    if (runs.putIfAbsent(key, run) == null) {
      run.task = threads.submit(() -> finish(migration, request, run));
    }
  }

  private void finish(HasMetadata migration, CheckRequest request, Run run) {
    try {
      run.result = Optional.of(result(request));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // forgotten, or the operator stops: nobody waits for the result
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("namespace", migration.getMetadata().getNamespace())
          .addKeyValue("migration", migration.getMetadata().getName())
          .setCause(e)
          .log("check {} ended with a bug", request.id());
      run.result = Optional.of(new CheckResult(false, "the operator failed to ask: " + e));
    }
    wakeup.wake(migration.getMetadata().getNamespace(), migration.getMetadata().getName());
  }

  private CheckResult result(CheckRequest request) throws InterruptedException {
    Optional<String> wrong = Optional.empty();
    for (int attempt = 1; attempt <= request.attempts(); attempt++) {
      if (attempt > 1) {
        pause.of(BETWEEN_ATTEMPTS);
      }
      wrong =
          questions
              .wrong(request.question(), request.addresses(), request.timeout())
              .values()
              .stream()
              .findFirst();
      if (wrong.isEmpty()) {
        return new CheckResult(true, "");
      }
    }
    String times = request.attempts() == 1 ? "" : " (" + request.attempts() + " attempts)";
    return new CheckResult(false, wrong.orElse("") + times);
  }

  @Override
  public Map<String, CheckResult> results(HasMetadata migration) {
    Map<String, CheckResult> results = new HashMap<>();
    runs.forEach(
        (key, run) -> {
          if (key.migrationUid().equals(migration.getMetadata().getUid())) {
            run.result.ifPresent(result -> results.put(key.id(), result));
          }
        });
    return results;
  }

  @Override
  public void forget(HasMetadata migration) {
    for (Key key : List.copyOf(runs.keySet())) {
      if (key.migrationUid().equals(migration.getMetadata().getUid())) {
        Run run = runs.remove(key);
        if (run != null && run.task != null) {
          run.task.cancel(true);
        }
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
