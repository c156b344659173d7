package dev.godwit.operator.cluster;

import dev.godwit.operator.cluster.PodQuestions.Answer;
import dev.godwit.operator.plan.Answers;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Probes on virtual threads: one round of each at a time, and so many questions at the most. */
public final class PodProbes implements Probes, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PodProbes.class);

  private final PodQuestions questions;
  private final Wakeup wakeup;
  private final InstantSource clock;
  private final ScheduledExecutorService schedule;
  private final ExecutorService threads;
  private final Map<Key, Running> probes = new ConcurrentHashMap<>();

  private record Key(String migrationUid, String id) {}

  /**
   * No probe is running yet.
   *
   * @param concurrency how many questions are asked at a time, at the most
   * @param schedule starts the rounds; is shut down with this
   * @param threads on which rounds and questions run, a thread each; is shut down with this
   */
  public PodProbes(
      Asker asker,
      Wakeup wakeup,
      InstantSource clock,
      int concurrency,
      ScheduledExecutorService schedule,
      ExecutorService threads) {
    this.questions = new PodQuestions(asker, concurrency, threads);
    this.wakeup = wakeup;
    this.clock = clock;
    this.schedule = schedule;
    this.threads = threads;
  }

  @Override
  public void want(HasMetadata migration, List<ProbeRequest> requests) {
    String uid = migration.getMetadata().getUid();
    Map<String, ProbeRequest> wanted =
        requests.stream().collect(Collectors.toMap(ProbeRequest::id, Function.identity()));
    for (Key key : List.copyOf(probes.keySet())) {
      if (key.migrationUid().equals(uid) && !wanted.containsKey(key.id())) {
        Optional.ofNullable(probes.remove(key)).ifPresent(Running::end);
      }
    }
    wanted.values().forEach(request -> want(migration, new Key(uid, request.id()), request));
  }

  private void want(HasMetadata migration, Key key, ProbeRequest request) {
    Running running = probes.computeIfAbsent(key, unknown -> new Running(migration));
    running.ask(request);
  }

  @Override
  public Map<String, ProbeState> states(HasMetadata migration) {
    Map<String, ProbeState> states = new HashMap<>();
    probes.forEach(
        (key, running) -> {
          if (key.migrationUid().equals(migration.getMetadata().getUid())) {
            running.state.ifPresent(state -> states.put(key.id(), state));
          }
        });
    return states;
  }

  @Override
  public void close() {
    schedule.shutdownNow();
    threads.shutdownNow();
  }

  /** One probe of one migration. */
  private final class Running {

    private final String namespace;
    private final String migration;
    private final Repeating rounds = new Repeating(schedule, threads, this::round);
    private final RecentAnswers recent = new RecentAnswers();
    private volatile ProbeRequest request;
    private volatile Optional<ProbeState> state = Optional.empty();
    private boolean ended;

    Running(HasMetadata migration) {
      this.namespace = migration.getMetadata().getNamespace();
      this.migration = migration.getMetadata().getName();
    }

    void ask(ProbeRequest wanted) {
      request = wanted;
      rounds.every(wanted.interval());
    }

    synchronized void end() {
      ended = true;
      rounds.end();
    }

    private void round() {
      Instant began = clock.instant();
      try {
        ProbeRequest asked = request;
        if (asked.addresses().isEmpty()) {
          asked.nobody().ifPresent(wrong -> note(asked, began, Optional.of(wrong), List.of()));
          return;
        }
        List<Answer> answers = answers(asked);
        if (!answers.isEmpty()) {
          note(
              asked,
              began,
              answers.stream().flatMap(answer -> answer.wrong().stream()).findFirst(),
              answers);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the operator stops
      } catch (RuntimeException e) {
        log.error("probe {} of {}/{} ended with a bug", request.id(), namespace, migration, e);
      }
    }

    /** A pod that has left meanwhile may fail as it likes; when all have, nothing is known. */
    private List<Answer> answers(ProbeRequest asked) throws InterruptedException {
      Map<String, Answer> answers =
          questions.answers(asked.question(), asked.addresses(), asked.timeout());
      return answers.entrySet().stream()
          .filter(answer -> request.addresses().contains(answer.getKey()))
          .map(Map.Entry::getValue)
          .toList();
    }

    private void note(
        ProbeRequest asked, Instant began, Optional<String> wrong, List<Answer> answers) {
      ProbeState before;
      ProbeState now;
      boolean first;
      synchronized (this) {
        if (ended) {
          return;
        }
        answers.forEach(
            answer -> recent.add(clock.instant(), answer.wrong().isEmpty(), answer.took()));
        first = state.isEmpty();
        before = state.orElse(new ProbeState(began, 0, "", Answers.NONE));
        now =
            new ProbeState(
                began,
                wrong.isPresent() ? before.failures() + 1 : 0,
                wrong.orElse(""),
                recent.summary());
        state = Optional.of(now);
      }
      boolean reached = now.failures() == asked.failures();
      boolean recovered = now.failures() == 0 && before.failures() >= asked.failures();
      boolean left =
          asked.limits().breach(now.answers()).isPresent()
              != asked.limits().breach(before.answers()).isPresent();
      if (first || reached || recovered || left) {
        wakeup.wake(namespace, migration);
      }
    }
  }
}
