package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Situation;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Map;

/**
 * What has become of the stage behind a step that only lets pass or only measures. Between the two
 * the operator may crash, or be paused: then the stage is recorded as begun, and nothing was
 * written for it.
 */
public final class Behind {

  private Behind() {}

  /**
   * Whether anything was written for the stage behind a step. A step that moves traffic has begun
   * when a selector is no longer the one that it has recorded; any other, when it is recorded as
   * begun. What is passed on the way there touches nothing that anybody uses: the old version is
   * measured, those who use a database are waited for, and green is made as large as blue.
   *
   * @param step name of a step of the journal
   */
  public static boolean hasBegun(String step, Situation situation) {
    List<Journal.Entry> behind =
        situation.journal().entries().stream()
            .dropWhile(entry -> !entry.step().equals(step))
            .skip(1)
            .filter(entry -> !onlyPrepares(entry))
            .toList();
    String guarded = behind.isEmpty() ? "" : behind.getFirst().stage();
    return behind.stream()
        .filter(entry -> entry.state() != StepState.PENDING)
        .anyMatch(
            entry ->
                !entry.stage().equals(guarded)
                    || entry.state() == StepState.DONE
                    || hasMoved(entry, situation.seen()));
  }

  /** The steps behind a step that have begun and only prepare: what they found is of then. */
  public static List<String> preparations(String step, Situation situation) {
    return situation.journal().entries().stream()
        .dropWhile(entry -> !entry.step().equals(step))
        .filter(Behind::onlyPrepares)
        .filter(entry -> entry.state() != StepState.PENDING)
        .map(Journal.Entry::step)
        .toList();
  }

  private static boolean onlyPrepares(Journal.Entry entry) {
    return entry.step().endsWith("/" + Verbs.BASELINE)
        || entry.step().equals(Verbs.HEALTH)
        || entry.step().matches(Verbs.GROW + "(-[0-9]+)?");
  }

  private static boolean hasMoved(Journal.Entry entry, Observation seen) {
    Map<String, Map<String, String>> recorded = entry.preImage().selectors();
    if (recorded == null) {
      return true;
    }
    String service = entry.step().substring(0, entry.step().indexOf('/'));
    Map<String, Service> traffic = seen.service(service).traffic();
    return recorded.entrySet().stream()
        .filter(one -> traffic.containsKey(one.getKey()))
        .anyMatch(one -> !one.getValue().equals(Traffic.selectorOf(traffic.get(one.getKey()))));
  }
}
