package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Decision.StepAction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Does what a decision asks for. */
public final class Executor {

  private final Cluster cluster;
  private final Checks checks;

  /** Writes to this cluster and asks through these checks. */
  public Executor(Cluster cluster, Checks checks) {
    this.cluster = cluster;
    this.checks = checks;
  }

  /**
   * Does all actions: those of a step and lane in order, all others side by side. What goes wrong
   * ends the actions of that lane only: one service that can't be written must not keep the others
   * from being taken back.
   *
   * @return what the API server refused for good, by step
   * @throws ConflictException if an object was not as it was seen, after all else was done
   * @throws RuntimeException what heals by itself, after all else was done
   */
  public Map<String, String> execute(Migration migration, List<StepAction> actions) {
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
            .<Runnable>map(lane -> () -> attempt(migration, lane, rejections, failures))
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
      Migration migration,
      List<StepAction> lane,
      Map<String, String> rejections,
      Queue<RuntimeException> failures) {
    try {
      lane.forEach(action -> execute(migration, action.action()));
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

  private void execute(Migration migration, Action action) {
    switch (action) {
      case Action.Create create -> cluster.create(create.object());
      case Action.Delete delete -> cluster.delete(delete.seen());
      case Action.Patch patch -> cluster.patch(patch.seen(), patch.change());
      case Action.StrategicPatch patch ->
          cluster.strategicPatch(patch.seen(), patch.change(), false);
      case Action.Replace replace -> cluster.replace(replace.seen(), replace.values());
      case Action.RunCheck run -> checks.run(migration, run.request());
    }
  }
}
