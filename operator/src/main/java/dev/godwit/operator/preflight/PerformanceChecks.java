package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadPlanProblems;
import dev.godwit.operator.metric.PerformanceSettings;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.resource.LoadJob;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether new and old can be compared under load. */
final class PerformanceChecks {

  /** In the place of the targets, which no user writes. */
  private static final String ANY_TARGET = "http://target";

  private final String field;
  private final List<Subject> subjects;

  private PerformanceChecks(String field, List<Subject> subjects) {
    this.field = field;
    this.subjects = subjects;
  }

  /**
   * The problems of a comparison, if one is asked for.
   *
   * @param strategy path of the strategy, as spec.strategy.rolling
   * @param subjects those whose workload exists
   */
  static List<Problem> problems(MigrationSpec spec, String strategy, List<Subject> subjects) {
    return Optional.ofNullable(spec.strategy().settings().performance())
        .map(asked -> new PerformanceChecks(strategy + ".performance", subjects).problems(asked))
        .orElse(List.of());
  }

  private List<Problem> problems(Performance asked) {
    List<Problem> problems = new ArrayList<>();
    List<Subject> compared =
        subjects.stream()
            .filter(one -> asked.services() == null || asked.services().contains(one.spec().name()))
            .toList();
    if (asked.services() != null) {
      compared.stream()
          .filter(Subject::isInPlace)
          .map(
              one ->
                  problem(
                      ".services",
                      one.spec().name()
                          + " is upgraded in place, so that there is nothing beside it to compare:"
                          + " leave it out"))
          .forEach(problems::add);
    } else if (!compared.isEmpty() && compared.stream().allMatch(Subject::isInPlace)) {
      problems.add(
          problem(
              "",
              "all services are upgraded in place, so that there is nothing to compare: leave"
                  + " performance out"));
    }
    compared.stream()
        .filter(one -> !one.isInPlace())
        .flatMap(one -> port(one, asked).stream())
        .forEach(problems::add);
    LoadPlan load = PerformanceSettings.load(asked, ANY_TARGET, ANY_TARGET);
    LoadPlanProblems.of(load).stream().map(what -> problem("", what)).forEach(problems::add);
    if (LoadJob.size(load) > LoadJob.LONGEST_PLAN) {
      problems.add(
          problem(
              ".requests",
              "all requests together take "
                  + LoadJob.size(load) / 1024
                  + " KiB, of "
                  + LoadJob.LONGEST_PLAN / 1024
                  + " that a Job can be told: shorten the bodies"));
    }
    return problems;
  }

  private Problem problem(String member, String message) {
    return new Problem(field + member, message);
  }

  /** What is asked is the first Service; where there is none, the checks of traffic say so. */
  private Optional<Problem> port(Subject subject, Performance asked) {
    Map<String, Service> traffic =
        subject.traffic().stream()
            .collect(Collectors.toMap(one -> one.getMetadata().getName(), Function.identity()));
    Optional<Service> first =
        traffic.values().stream().min(Comparator.comparing(one -> one.getMetadata().getName()));
    Optional<Integer> port = LoadJob.port(traffic, Optional.ofNullable(asked.port()));
    return first
        .filter(service -> port.isEmpty() || tcp(service).noneMatch(port.get()::equals))
        .map(
            service ->
                problem(
                    ".port",
                    "Service "
                        + service.getMetadata().getName()
                        + " of "
                        + subject.spec().name()
                        + " has "
                        + port.map(number -> "no TCP port " + number).orElse("no port")
                        + ": set one of its ports, and compare services with other ports in a"
                        + " migration of their own"));
  }

  private static Stream<Integer> tcp(Service service) {
    return service.getSpec().getPorts().stream()
        .filter(port -> port.getProtocol() == null || port.getProtocol().equals("TCP"))
        .map(ServicePort::getPort);
  }
}
