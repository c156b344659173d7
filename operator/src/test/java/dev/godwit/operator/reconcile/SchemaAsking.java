package dev.godwit.operator.reconcile;

import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.plan.Answers;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks pods what is wanted, in every reconciliation. */
final class SchemaAsking implements Probes, Checks {

  /** What is wrong with the answers of pods to a question that has this id. */
  Function<String, Optional<String>> answers = id -> Optional.empty();

  /** How long answers take, in seconds. */
  double seconds = 0.01;

  /** No probe is answered at all. */
  boolean silent;

  /** Ids of the probes and checks that were asked, in order. */
  final List<String> asked = new ArrayList<>();

  private final Supplier<Instant> clock;
  private final Runnable mayAsk;
  private final Map<String, ProbeRequest> probing = new TreeMap<>();
  private final Map<String, ProbeState> probed = new TreeMap<>();
  private final Map<String, CheckResult> checked = new TreeMap<>();

  /**
   * Asks nothing yet.
   *
   * @param mayAsk throws where a probe may not be asked now
   */
  SchemaAsking(Supplier<Instant> clock, Runnable mayAsk) {
    this.clock = clock;
    this.mayAsk = mayAsk;
  }

  @Override
  public void want(HasMetadata migration, List<ProbeRequest> requests) {
    probing.clear();
    requests.forEach(request -> probing.put(request.id(), request));
    probed.keySet().retainAll(probing.keySet());
  }

  @Override
  public Map<String, ProbeState> states(HasMetadata migration) {
    if (!probing.isEmpty()) {
      mayAsk.run();
    }
    if (!silent) {
      probing.forEach((id, request) -> probed.put(id, round(request)));
    }
    return Map.copyOf(probed);
  }

  private ProbeState round(ProbeRequest request) {
    ProbeState before =
        probed.getOrDefault(request.id(), new ProbeState(clock.get(), 0, "", Answers.NONE));
    int pods = request.addresses().size();
    Optional<String> wrong = pods == 0 ? request.nobody() : ask(request.id());
    return new ProbeState(
        clock.get(),
        wrong.isPresent() ? before.failures() + 1 : 0,
        wrong.orElse(""),
        new Answers(
            before.answers().asked() + pods,
            before.answers().failed() + (wrong.isPresent() ? pods : 0),
            OptionalDouble.of(seconds)));
  }

  @Override
  public void run(HasMetadata migration, CheckRequest request) {
    Optional<String> wrong = ask(request.id());
    checked.put(request.id(), new CheckResult(wrong.isEmpty(), wrong.orElse("")));
  }

  @Override
  public Map<String, CheckResult> results(HasMetadata migration) {
    return Map.copyOf(checked);
  }

  @Override
  public void forget(HasMetadata migration) {
    checked.clear();
  }

  private Optional<String> ask(String id) {
    asked.add(id);
    return answers.apply(id);
  }

  /** Whether everything that is wanted was answered once, and nobody waits to hear of an answer. */
  boolean isDone() {
    return (silent || probed.keySet().containsAll(probing.keySet())) && checked.isEmpty();
  }

  /** Loses what was asked, as with the operator's process. */
  void restart() {
    probing.clear();
    probed.clear();
    checked.clear();
  }
}
