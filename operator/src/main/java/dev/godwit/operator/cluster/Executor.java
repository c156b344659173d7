package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.Decision.StepAction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Does what a decision asks for. */
public final class Executor {

  private final Cluster cluster;

  /** Writes to this cluster. */
  public Executor(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Does all actions: the first lanes of all steps side by side, then the other lanes side by side,
   * each lane in order. What goes wrong ends the actions of that lane only, in a first lane those
   * of its step: one service that can't be written must not keep the others from being taken back.
   *
   * @param checks asks what is asked of pods
   * @return what the API server refused for good, by step
   * @throws ConflictException if an object was not as it was seen, after all else was done
   * @throws RuntimeException what heals by itself, after all else was done
   */
  public Map<String, String> execute(List<StepAction> actions, Consumer<CheckRequest> checks) {
    Map<Boolean, List<StepAction>> byTurn =
        actions.stream().collect(Collectors.partitioningBy(action -> action.lane() == 0));
    Failures failures = new Failures();
    attempt(byTurn.get(true), checks, failures);
    Set<String> failed = failures.steps();
    attempt(
        byTurn.get(false).stream().filter(action -> !failed.contains(action.step())).toList(),
        checks,
        failures);
    return failures.rejected();
  }

  private void attempt(List<StepAction> actions, Consumer<CheckRequest> checks, Failures failures) {
    Map<String, List<StepAction>> lanes =
        actions.stream()
            .collect(
                Collectors.groupingBy(
                    action -> action.step() + "#" + action.lane(),
                    LinkedHashMap::new,
                    Collectors.toUnmodifiableList()));
    cluster.sideBySide(
        lanes.values().stream()
            .<Runnable>map(lane -> () -> attemptLane(lane, checks, failures))
            .toList());
  }

  private void attemptLane(
      List<StepAction> lane, Consumer<CheckRequest> checks, Failures failures) {
    try {
      lane.forEach(action -> execute(action.action(), checks));
    } catch (RuntimeException e) {
      failures.add(lane.getFirst().step(), e);
    }
  }

  /** What went wrong, by several threads. */
  private static final class Failures {

    private final Map<String, String> rejections = new ConcurrentHashMap<>();
    private final Map<String, RuntimeException> others = new ConcurrentHashMap<>();

    void add(String step, RuntimeException failure) {
      if (failure instanceof RejectedException) {
        rejections.put(step, failure.getMessage());
      } else {
        others.merge(step, failure, Executor::worse);
      }
    }

    Set<String> steps() {
      return Stream.concat(rejections.keySet().stream(), others.keySet().stream())
          .collect(Collectors.toUnmodifiableSet());
    }

    /** What was refused, by step; throws the worst of all else. */
    Map<String, String> rejected() {
      others.values().stream()
          .reduce(Executor::worse)
          .ifPresent(
              failure -> {
                throw failure;
              });
      return Map.copyOf(rejections);
    }
  }

  /** A conflict is cured by looking again; anything else is worth being told. */
  private static RuntimeException worse(RuntimeException first, RuntimeException second) {
    boolean secondIsWorse = first instanceof ConflictException;
    RuntimeException worse = secondIsWorse ? second : first;
    worse.addSuppressed(secondIsWorse ? first : second);
    return worse;
  }

  private void execute(Action action, Consumer<CheckRequest> checks) {
    switch (action) {
      case Action.Create create -> cluster.create(create.object());
      case Action.Delete delete -> cluster.delete(delete.seen());
      case Action.Patch patch -> cluster.patch(patch.seen(), patch.change());
      case Action.StrategicPatch patch ->
          cluster.strategicPatch(patch.seen(), patch.change(), false);
      case Action.Replace replace -> cluster.replace(replace.seen(), replace.values());
      case Action.RunCheck run -> checks.accept(run.request());
    }
  }
}
