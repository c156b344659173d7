package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.Metric;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.resource.CheckJob;
import dev.godwit.operator.resource.GreenLabels;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Twins;
import dev.godwit.operator.step.DataWatch;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks everything before anything is touched: all problems are found at once, not the first only;
 * where there is none, what was found is frozen with the plan.
 */
public final class Preflight {

  private final MigrationSpec spec;
  private final String migration;
  private final PreflightFacts facts;
  private final List<Subject> subjects = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private Preflight(MigrationSpec spec, String migration, String uid, PreflightFacts facts) {
    this.spec = spec;
    this.migration = migration;
    this.facts = facts;
    if (!facts.isSeen()) {
      return;
    }
    for (int index = 0; index < spec.services().size(); index++) {
      ServiceSpec service = spec.services().get(index);
      String field = "spec.services[" + index + "]";
      String title = service.workload().kind().word() + " " + service.workload().name();
      facts
          .workload(title)
          .ifPresentOrElse(
              original ->
                  subjects.add(new Subject(spec, service, field, migration, uid, original, facts)),
              () -> problems.add(new Problem(field + ".workload", title + " does not exist")));
    }
  }

  /**
   * Checks a migration that has not started.
   *
   * @param migration name of the Migration
   * @param uid its UID
   */
  public static PreflightResult check(
      MigrationSpec spec, String migration, String uid, PreflightFacts facts) {
    return new Preflight(spec, migration, uid, facts).check();
  }

  private PreflightResult check() {
    missingRights().ifPresent(problems::add);
    problems.addAll(unknownServices());
    problems.addAll(jobsThatCannotBeMade("smokeTests", spec.strategy().settings().smokeTests()));
    problems.addAll(jobsThatCannotBeMade("tests", spec.strategy().settings().tests()));
    problems.addAll(backupsThatCannotBeMade());
    problems.addAll(GateChecks.problems(spec, strategy()).toList());
    problems.addAll(cycle().stream().toList());
    if (facts.isSeen()) {
      problems.addAll(SchemaChecks.problems(spec, migration, facts.schemas()));
    }
    List<Function<Subject, Stream<Problem>>> checks = new ArrayList<>(WorkloadChecks.ALL);
    checks.addAll(TrafficChecks.ALL);
    subjects.forEach(
        subject -> checks.forEach(one -> problems.addAll(one.apply(subject).toList())));
    subjects.stream()
        .filter(Subject::isInPlace)
        .forEach(
            subject ->
                InPlaceChecks.ALL.forEach(one -> problems.addAll(one.apply(subject).toList())));
    problems.addAll(sharedServices());
    problems.addAll(QuotaCheck.room(subjects, facts.quotas()).toList());
    problems.addAll(HealthChecks.problems(spec));
    problems.addAll(PerformanceChecks.problems(spec, strategy(), subjects));
    ProbeChecks probes = new ProbeChecks(probes(), serving(), facts.checks());
    problems.addAll(probes.problems());
    List<String> warnings =
        subjects.stream().flatMap(subject -> Warnings.of(subject).stream()).toList();
    List<ServicePlan> frozen =
        problems.isEmpty()
            ? subjects.stream().map(subject -> freeze(subject, spec.to())).toList()
            : List.of();
    return new PreflightResult(problems, warnings, frozen, probes.questions());
  }

  /** All in one, by resource: who gave none gave none of dozens. */
  private Optional<Problem> missingRights() {
    Map<String, List<String>> verbs = new LinkedHashMap<>();
    facts
        .missingPermissions()
        .forEach(
            missing -> {
              String[] parts = missing.split(" ", 2);
              verbs.computeIfAbsent(parts[1], resource -> new ArrayList<>()).add(parts[0]);
            });
    return verbs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "spec",
                "the operator may not "
                    + verbs.entrySet().stream()
                        .map(one -> String.join(", ", one.getValue()) + " " + one.getKey())
                        .collect(Collectors.joining("; "))
                    + " in this namespace: give its ServiceAccount these rights (the chart's"
                    + " watch.namespaces must name this namespace)"));
  }

  private List<Probe> probes() {
    return spec.health() == null || spec.health().probes() == null
        ? List.of()
        : spec.health().probes();
  }

  /** IP addresses of the pods that have the traffic, by service. */
  private Map<String, List<String>> serving() {
    Map<String, List<String>> serving = new LinkedHashMap<>();
    subjects.forEach(subject -> serving.put(subject.spec().name(), subject.serving()));
    return serving;
  }

  private List<Metric> metrics() {
    return spec.health() == null ? List.of() : orEmpty(spec.health().metrics());
  }

  private List<Problem> unknownServices() {
    Set<String> known = spec.services().stream().map(ServiceSpec::name).collect(Collectors.toSet());
    List<Problem> unknown = new ArrayList<>();
    unknown.addAll(unknown("spec.health.probes", probes(), Probe::name, Probe::services, known));
    unknown.addAll(
        unknown("spec.health.metrics", metrics(), Metric::name, Metric::services, known));
    unknown.addAll(
        unknown(
            strategy() + ".smokeTests",
            orEmpty(spec.strategy().settings().smokeTests()),
            Check::name,
            Check::services,
            known));
    unknown.addAll(
        unknown(
            strategy() + ".tests",
            orEmpty(spec.strategy().settings().tests()),
            Check::name,
            Check::services,
            known));
    Optional.ofNullable(spec.strategy().settings().performance())
        .map(asked -> orEmpty(asked.services()))
        .ifPresent(
            names ->
                unknown.addAll(unknown(strategy(), names, name -> "performance", List::of, known)));
    return unknown;
  }

  private String strategy() {
    return spec.strategy().rolling() == null ? "spec.strategy.blueGreen" : "spec.strategy.rolling";
  }

  private List<Problem> backupsThatCannotBeMade() {
    List<Problem> problems = new ArrayList<>();
    for (int index = 0; index < spec.services().size(); index++) {
      ServiceSpec service = spec.services().get(index);
      String field = "spec.services[" + index + "].";
      Optional.ofNullable(service.backup())
          .flatMap(backup -> jobProblem(backup.job()))
          .ifPresent(why -> problems.add(new Problem(field + "backup.job", why)));
      Optional.ofNullable(service.restore())
          .flatMap(restore -> jobProblem(restore.job()))
          .ifPresent(why -> problems.add(new Problem(field + "restore.job", why)));
    }
    return problems;
  }

  private static Optional<String> jobProblem(JobCheck job) {
    return Optional.ofNullable(job).flatMap(CheckJob::problem);
  }

  private List<Problem> jobsThatCannotBeMade(String list, List<Check> checks) {
    return orEmpty(checks).stream()
        .flatMap(
            check ->
                Stream.concat(jobProblem(check.job()).stream(), DataWatch.problem(check).stream())
                    .map(why -> new Problem(strategy() + "." + list, check.name() + ": " + why)))
        .toList();
  }

  private static <T> List<T> orEmpty(List<T> list) {
    return list == null ? List.of() : list;
  }

  private static <T> List<Problem> unknown(
      String field,
      List<T> items,
      Function<T, String> name,
      Function<T, List<String>> services,
      Set<String> known) {
    return items.stream()
        .flatMap(
            item ->
                orEmpty(services.apply(item)).stream()
                    .filter(service -> !known.contains(service))
                    .map(
                        service ->
                            new Problem(
                                field,
                                name.apply(item)
                                    + " names service "
                                    + service
                                    + ", which is not in spec.services")))
        .toList();
  }

  private Optional<Problem> cycle() {
    Set<String> placed = new HashSet<>();
    List<ServiceSpec> left = new ArrayList<>(spec.services());
    boolean moved = true;
    while (moved) {
      List<ServiceSpec> free =
          left.stream()
              .filter(service -> placed.containsAll(orEmpty(service.dependsOn())))
              .toList();
      free.forEach(service -> placed.add(service.name()));
      left.removeAll(free);
      moved = !free.isEmpty();
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "spec.services",
                "dependsOn goes round in a circle among "
                    + left.stream().map(ServiceSpec::name).collect(Collectors.joining(", "))));
  }

  private List<Problem> sharedServices() {
    Map<String, List<Subject>> users =
        subjects.stream()
            .flatMap(
                subject ->
                    subject.traffic().stream()
                        .filter(service -> subject.spec().sharedService().isEmpty())
                        .map(service -> Map.entry(service.getMetadata().getName(), subject)))
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getKey,
                    Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    return users.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(
            entry ->
                entry
                    .getValue()
                    .getLast()
                    .problem(
                        "traffic",
                        "Service "
                            + entry.getKey()
                            + " would be switched for "
                            + entry.getValue().stream()
                                .map(subject -> subject.spec().name())
                                .collect(Collectors.joining(" and "))
                            + ": a Service belongs to one service of a migration"))
        .toList();
  }

  private static ServicePlan freeze(Subject subject, String to) {
    Optional<String> container = Templates.container(subject.spec(), subject.original());
    String version = Templates.version(subject.original(), container).orElse("");
    List<String> traffic =
        subject.traffic().stream()
            .map(service -> service.getMetadata().getName())
            .sorted()
            .toList();
    Map<String, String> greenLabels = subject.isInPlace() ? Map.of() : greenLabels(subject);
    boolean makesGreen = subject.spec().replacement() == null && !subject.isInPlace();
    List<String> twins =
        makesGreen
            ? Twins.keys(
                subject.blue(),
                greenLabels,
                subject.facts().autoscalers(),
                subject.facts().budgets(),
                subject.facts().policies())
            : List.of();
    return new ServicePlan(
        subject.spec(),
        version,
        subject
            .newTemplate()
            .flatMap(next -> Templates.version(next, container))
            .filter(next -> !next.equals(version))
            .orElse(to),
        green(subject),
        greenLabels,
        traffic,
        subject.isInPlace() ? Optional.empty() : autoscaler(subject),
        twins,
        InPlaceChecks.of(subject));
  }

  private static String green(Subject subject) {
    if (subject.isInPlace()) {
      return subject.workload();
    }
    return subject.spec().replacement() == null
        ? subject.workload() + "-green"
        : subject.spec().replacement().name();
  }

  private static Optional<String> autoscaler(Subject subject) {
    return subject.facts().autoscalers().stream()
        .filter(autoscaler -> Twins.scales(autoscaler, subject.original()))
        .map(autoscaler -> autoscaler.getMetadata().getName())
        .findFirst();
  }

  private static Map<String, String> greenLabels(Subject subject) {
    List<Service> traffic = subject.traffic();
    return subject
        .replacement()
        .map(
            green ->
                GreenOfReplacement.labels(
                    traffic, green.getSpec().getTemplate().getMetadata().getLabels()))
        .orElseGet(
            () ->
                GreenLabels.choose(
                        subject.blue(),
                        subject.selecting(),
                        Optional.ofNullable(subject.spec().green()).map(g -> g.label()))
                    .orElseThrow());
  }
}
