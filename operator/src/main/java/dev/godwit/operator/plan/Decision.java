package dev.godwit.operator.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What follows from plan, journal, observation and time.
 *
 * @param journal to be recorded before anything is done
 * @param actions to be done when it is recorded
 * @param probes to be asked from now on; all others end
 * @param metrics to be measured from now on; all others end
 * @param standings how that stood, when it was decided, which guards watch by other means
 * @param recheck when to decide again though nothing was heard
 */
public record Decision(
    Journal journal,
    List<StepAction> actions,
    List<ProbeRequest> probes,
    List<MetricRequest> metrics,
    List<Standing> standings,
    Optional<Instant> recheck) {

  /**
   * An action and the step that asks for it.
   *
   * @param lane actions of a step in the same lane are done in order. The others begin when lane 0
   *     of all steps has been tried, side by side, where that of their own step has succeeded
   */
  public record StepAction(String step, Action action, int lane) {

    /** In the first lane. */
    public StepAction(String step, Action action) {
      this(step, action, 0);
    }
  }
}
