package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.Question;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks every probe of blue first: one that blue fails too, or that the operator can't reach, could
 * only roll back a green that is well.
 */
final class ProbeChecks {

  private static final int ATTEMPTS = 2;

  private final List<Problem> problems = new ArrayList<>();
  private final List<CheckRequest> questions = new ArrayList<>();

  ProbeChecks(List<Subject> subjects, List<Probe> probes) {
    for (int index = 0; index < probes.size(); index++) {
      for (Subject subject : subjects) {
        Probe probe = probes.get(index);
        if (probe.services() == null || probe.services().contains(subject.spec().name())) {
          ask(subject, probe, "spec.health.probes[" + index + "]");
        }
      }
    }
  }

  List<Problem> problems() {
    return problems;
  }

  List<CheckRequest> questions() {
    return questions;
  }

  private void ask(Subject subject, Probe probe, String field) {
    List<String> addresses = addresses(subject);
    if (addresses.isEmpty()) {
      return; // That blue has no pod that serves is said by other checks.
    }
    String id = "preflight/" + subject.spec().name() + "/" + probe.name();
    Optional<CheckResult> result = Optional.ofNullable(subject.facts().checks().get(id));
    if (result.isEmpty()) {
      questions.add(
          new CheckRequest(
              id,
              Question.of(probe.http(), probe.tcp(), probe.grpc()),
              addresses,
              TimeSpan.parse(probe.timeout()),
              ATTEMPTS));
    } else if (!result.get().passed()) {
      problems.add(
          new Problem(
              field,
              "probe "
                  + probe.name()
                  + " fails on the running version of "
                  + subject.spec().name()
                  + " already ("
                  + result.get().message()
                  + "): it could only roll back. Check port and path; where there is no answer at"
                  + " all, a NetworkPolicy may keep the operator's pods out"));
    }
  }

  private static List<String> addresses(Subject subject) {
    return subject.traffic().stream()
        .map(Service::getMetadata)
        .flatMap(
            service ->
                subject.facts().endpoints().getOrDefault(service.getName(), List.of()).stream())
        .filter(Endpoint::ready)
        .map(Endpoint::address)
        .distinct()
        .sorted()
        .toList();
  }
}
