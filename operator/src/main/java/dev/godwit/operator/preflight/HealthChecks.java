package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.Amount;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Metric;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Triggers;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether what is said to be healthy makes sense. */
public final class HealthChecks {

  private static final String FIELD = "spec.health";

  private HealthChecks() {}

  static List<Problem> problems(MigrationSpec spec) {
    HealthSpec health = spec.health();
    if (health == null) {
      return List.of();
    }
    List<Problem> problems = new ArrayList<>();
    missingPolicy(health).ifPresent(problems::add);
    problems.addAll(contradicting(health));
    problems.addAll(unknownCriticalChecks(spec, health));
    return problems;
  }

  /** Limits between which there is nothing, in words. */
  public static List<String> contradictions(HealthSpec health) {
    return contradicting(health).stream()
        .map(problem -> problem.field() + ": " + problem.message())
        .toList();
  }

  private static List<Problem> contradicting(HealthSpec health) {
    List<Problem> problems = new ArrayList<>();
    List<Metric> metrics = Optional.ofNullable(health.metrics()).orElse(List.of());
    for (int index = 0; index < metrics.size(); index++) {
      contradiction(metrics.get(index), FIELD + ".metrics[" + index + "]").ifPresent(problems::add);
    }
    return problems;
  }

  /** What a policy says is there in its place, if the policy is. */
  private static Optional<Problem> missingPolicy(HealthSpec health) {
    boolean isEmpty =
        health.prometheus() == null && health.probes() == null && health.triggers() == null;
    return health.policy() != null && isEmpty
        ? Optional.of(
            new Problem(
                FIELD + ".policy",
                "there is no HealthPolicy "
                    + health.policy()
                    + " in this namespace, or it says nothing: create it, or correct the name"))
        : Optional.empty();
  }

  private static Optional<Problem> contradiction(Metric metric, String field) {
    boolean absolute = isAbove(metric.min(), metric.max());
    boolean relative = isAbove(metric.minRatio(), metric.maxRatio());
    return absolute || relative
        ? Optional.of(
            new Problem(
                field,
                "no value of "
                    + metric.name()
                    + " is within its limits: "
                    + (absolute
                        ? "min " + metric.min() + " is above max " + metric.max()
                        : "minRatio "
                            + metric.minRatio()
                            + " is above maxRatio "
                            + metric.maxRatio())))
        : Optional.empty();
  }

  private static boolean isAbove(String least, String most) {
    return least != null && most != null && Amount.parse(least) > Amount.parse(most);
  }

  private static List<Problem> unknownCriticalChecks(MigrationSpec spec, HealthSpec health) {
    Set<String> known =
        Stream.of(spec.strategy().settings().smokeTests(), spec.strategy().settings().tests())
            .filter(checks -> checks != null)
            .flatMap(List::stream)
            .filter(check -> check.job() == null)
            .map(Check::name)
            .collect(Collectors.toSet());
    return Optional.ofNullable(health.triggers()).map(Triggers::criticalChecks).stream()
        .flatMap(List::stream)
        .filter(name -> !known.contains(name))
        .map(
            name ->
                new Problem(
                    FIELD + ".triggers.criticalChecks",
                    "there is no check "
                        + name
                        + " of kind http, tcp, grpc or sql among smokeTests and tests: a Job is not"
                        + " run again and again"))
        .toList();
  }
}
