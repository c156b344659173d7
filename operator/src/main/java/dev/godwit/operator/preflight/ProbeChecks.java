package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.Question;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks every probe of the pods that serve before anything is touched: one that fails there too, or
 * that the operator can't reach, could only take back what is well.
 */
public final class ProbeChecks {

  private static final int ATTEMPTS = 2;

  private final Map<String, CheckResult> results;
  private final List<Problem> problems = new ArrayList<>();
  private final List<CheckRequest> questions = new ArrayList<>();

  /**
   * What is to be asked, and what was wrong with the answers.
   *
   * @param serving IP addresses of the pods that serve, by service, in the order in which they are
   *     spoken of; that a service has none is said by other checks
   * @param results of the questions that have been answered, by id
   */
  public ProbeChecks(
      List<Probe> probes, Map<String, List<String>> serving, Map<String, CheckResult> results) {
    this.results = results;
    for (int index = 0; index < probes.size(); index++) {
      Probe probe = probes.get(index);
      String field = "spec.health.probes[" + index + "]";
      serving.forEach(
          (service, addresses) -> {
            boolean isAsked = probe.services() == null || probe.services().contains(service);
            if (isAsked && !addresses.isEmpty()) {
              ask(service, addresses, probe, field);
            }
          });
    }
  }

  /** What stands against a start. */
  public List<Problem> problems() {
    return problems;
  }

  /** What is yet to be asked. */
  public List<CheckRequest> questions() {
    return questions;
  }

  private void ask(String service, List<String> addresses, Probe probe, String field) {
    Question question = Question.of(probe.http(), probe.tcp(), probe.grpc());
    Duration timeout = TimeSpan.parse(probe.timeout());
    String id = id(service, probe, question, timeout);
    Optional<CheckResult> result = Optional.ofNullable(results.get(id));
    if (result.isEmpty()) {
      questions.add(new CheckRequest(id, question, addresses, timeout, ATTEMPTS));
    } else if (!result.get().passed()) {
      problems.add(
          new Problem(
              field,
              "probe "
                  + probe.name()
                  + " fails on the running version of "
                  + service
                  + " already ("
                  + result.get().message()
                  + "): it could only roll back. Check port and path; where there is no answer at"
                  + " all, a NetworkPolicy may keep the operator's pods out"));
    }
  }

  /**
   * What is asked is part of it: a probe may be changed while its answer is under way, and an
   * answer to something else says nothing.
   */
  private static String id(String service, Probe probe, Question question, Duration timeout) {
    return "preflight/" + service + "/" + probe.name() + "/" + question + " within " + timeout;
  }
}
