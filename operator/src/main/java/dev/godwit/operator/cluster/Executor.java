package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.Decision.StepAction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Does what a decision asks for. */
public final class Executor {

  private final Cluster cluster;

  /** Writes to this cluster. */
  public Executor(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Does all actions: those of a step and lane in order, all others side by side. What goes wrong
   * ends the actions of that lane only: one service that can't be written must not keep the others
   * from being taken back.
   *
   * @param checks asks what is asked of pods
   * @return what the API server refused for good, by step
   * @throws ConflictException if an object was not as it was seen, after all else was done
   * @throws RuntimeException what heals by itself, after all else was done
   */
  public Map<String, String> execute(List<StepAction> actions, Consumer<CheckRequest> checks) {
    Map<String, String> rejections = new ConcurrentHashMap<>();
    Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
    Map<String, List<StepAction>> lanes =
        actions.stream()
            .collect(
                Collectors.groupingBy(
                    action -> action.step() + "#" + action.lane(),
                    LinkedHashMap::new,
                    Collectors.toUnmodifiableList()));
    cluster.sideBySide(
        lanes.values().stream()
            .<Runnable>map(lane -> () -> attempt(lane, checks, rejections, failures))
            .toList());
    failures.stream()
        .reduce(Executor::worse)
        .ifPresent(
            failure -> {
              throw failure;
            });
    return Map.copyOf(rejections);
  }

  private void attempt(
      List<StepAction> lane,
      Consumer<CheckRequest> checks,
      Map<String, String> rejections,
      Queue<RuntimeException> failures) {
    try {
      lane.forEach(action -> execute(action.action(), checks));
    } catch (RejectedException e) {
      rejections.put(lane.getFirst().step(), e.getMessage());
    } catch (RuntimeException e) {
      failures.add(e);
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
