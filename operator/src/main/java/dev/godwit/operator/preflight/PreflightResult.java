package dev.godwit.operator.preflight;

import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.ServicePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What preflight finds.
 *
 * @param problems all that keeps the migration from starting
 * @param warnings what a user should know and what stops nothing
 * @param services what was found of each service; complete only where there is no problem
 * @param questions what must be asked of blue's pods before there is a result
 */
public record PreflightResult(
    List<Problem> problems,
    List<String> warnings,
    List<ServicePlan> services,
    List<CheckRequest> questions) {

  /** Copies the lists. */
  public PreflightResult {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    services = List.copyOf(services);
    questions = List.copyOf(questions);
  }

  /** The same with one problem more. */
  public PreflightResult withProblem(Problem problem) {
    List<Problem> more = new ArrayList<>(problems);
    more.add(problem);
    return new PreflightResult(more, warnings, services, questions);
  }

  /**
   * The same when some of the questions have been answered, all of them well; empty where an answer
   * says more than that.
   *
   * @param answers by id of the question
   */
  public Optional<PreflightResult> answered(Map<String, CheckResult> answers) {
    return answers.values().stream().allMatch(CheckResult::passed)
        ? Optional.of(
            new PreflightResult(
                problems,
                warnings,
                services,
                questions.stream().filter(one -> !answers.containsKey(one.id())).toList()))
        : Optional.empty();
  }

  /** Whether the migration may start. */
  public boolean passed() {
    return problems.isEmpty() && questions.isEmpty();
  }

  /**
   * Something to mend.
   *
   * @param field path of the field of the specification that it is about
   */
  public record Problem(String field, String message) {

    @Override
    public String toString() {
      return field + ": " + message;
    }
  }
}
