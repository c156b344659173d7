package dev.godwit.operator.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.operator.guard.DataConsistent;
import dev.godwit.operator.guard.MetricWithin;
import dev.godwit.operator.guard.ProbePasses;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.step.Approval;
import dev.godwit.operator.step.Compare;
import dev.godwit.operator.step.RunSchema;
import java.util.List;
import java.util.Optional;

/**
 * How large the journal of a plan can become. Every watcher gets it with every change, and the API
 * server takes no more than 1.5 MiB: a plan whose journal would be too large is refused at the
 * start.
 */
final class StatusSize {

  /** The largest status, in bytes. */
  static final int MOST = 200 * 1024;

  /** Conditions, messages and what else there is once. */
  private static final int BASE = 8 * 1024;

  /** What was found of a service, and the pre-images of its steps, without names and versions. */
  private static final int SERVICE = 700;

  /** A step that was not begun, without its name and that of its stage. */
  private static final int PENDING = 45;

  /** One that was done, with two times. */
  private static final int DONE = 120;

  /** One that was taken back, with four. */
  private static final int UNDONE = 200;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a person has answered, who, when and why. */
  private static final int ANSWER = Messages.STEP;

  /** What was found of four metrics, as values and in words. */
  private static final int COMPARISON = 4 * 320 + Messages.STEP;

  /** What it took to bring a version, and which one the database had then. */
  private static final int RESULT = 120;

  /** Who manages the fields of a step, which the API server notes. */
  private static final int MANAGED = 250;

  /** The largest specification and status of a SchemaMigration together, of etcd's 1.5 MiB. */
  private static final int MOST_OF_SCHEMA = 1200 * 1024;

  /** The largest annotation, in which kubectl keeps a specification once more. */
  private static final int ANNOTATION = 256 * 1024;

  private StatusSize() {}

  /** Why the plan of a SchemaMigration can't be recorded, if it can't. */
  static Optional<String> problem(Plan plan, SchemaMigrationSpec spec) {
    int names = plan.steps().mapToInt(step -> step.name().length()).sum();
    int steps = (int) plan.steps().count();
    int specification = size(spec);
    int bytes =
        atMost(plan, List.of())
            + steps * (RESULT + MANAGED)
            + names
            + specification
            + Math.min(specification, ANNOTATION);
    return bytes <= MOST_OF_SCHEMA
        ? Optional.empty()
        : Optional.of(
            ("the journal of %d steps and the specification could take %d KiB together, and may"
                    + " take %d: keep the SQL in ConfigMaps (spec.versionsFrom), let a Job run"
                    + " several versions (spec.batch), or go in several runs (spec.to)")
                .formatted(steps, bytes / 1024, MOST_OF_SCHEMA / 1024));
  }

  /** Why a plan can't be recorded, if it can't. */
  static Optional<Problem> problem(
      Plan plan, List<ServicePlan> services, Optional<HealthSpec> kept) {
    int bytes = atMost(plan, services) + kept.map(StatusSize::size).orElse(0);
    return bytes <= MOST
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "spec.services",
                "the journal of this plan of "
                    + plan.steps().count()
                    + " steps could take "
                    + bytes / 1024
                    + " KiB, and may take "
                    + MOST / 1024
                    + ": move fewer services in one migration"));
  }

  private static int size(ServicePlan service) {
    return SERVICE + service.version().length() + service.toVersion().length();
  }

  private static int size(Object said) {
    try {
      return JSON.writeValueAsBytes(said).length;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a specification can't be written", e);
    }
  }

  /** Metrics first: they take more. */
  private static int checks(Plan plan, int services) {
    long metrics = plan.guards().stream().filter(MetricWithin.class::isInstance).count();
    long probes =
        plan.guards().stream()
            .filter(guard -> guard instanceof ProbePasses || guard instanceof DataConsistent)
            .count();
    long most = CheckReport.most(services);
    long reported = Math.min(metrics, most);
    return (int)
        (reported * CheckReport.METRIC + Math.min(probes, most - reported) * CheckReport.PROBE);
  }

  /**
   * An upper bound of the size of the status, in bytes: when all was done, or when all was taken
   * back from the last step before the point of no return.
   */
  static int atMost(Plan plan, List<ServicePlan> services) {
    int done = 0;
    int takenBack = 0;
    boolean hasWayBack = true;
    for (Stage stage : plan.stages()) {
      hasWayBack &= stage.steps().stream().noneMatch(Step::pointOfNoReturn);
      for (Step step : stage.steps()) {
        int names = stage.name().length() + step.name().length();
        names += step instanceof Approval ? ANSWER : 0;
        names += step instanceof RunSchema ? Messages.STEP : 0;
        names += step instanceof Compare ? COMPARISON : 0;
        done += DONE + names;
        takenBack += (hasWayBack ? UNDONE : PENDING) + names;
      }
    }
    return BASE
        + services.stream().mapToInt(StatusSize::size).sum()
        + checks(plan, services.size())
        + Math.max(done, takenBack);
  }
}
