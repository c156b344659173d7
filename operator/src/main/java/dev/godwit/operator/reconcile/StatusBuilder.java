package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.CheckStatus;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Planner;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.reconcile.Conditions.Truth;
import dev.godwit.operator.resource.SpecHash;
import dev.godwit.operator.step.Approval;
import dev.godwit.operator.step.RunSchema;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in a status where a migration that has started is. */
final class StatusBuilder {

  private final Migration migration;
  private final Plan plan;
  private final List<ServicePlan> services;
  private final Journal journal;
  private final List<CheckStatus> checks;
  private final Instant now;
  private final Progress progress;
  private final TrafficSides sides;
  private final boolean handedOver;

  private StatusBuilder(
      Migration migration,
      Plan plan,
      List<ServicePlan> services,
      Journal journal,
      List<CheckStatus> checks,
      Instant now) {
    this.migration = migration;
    this.plan = plan;
    this.services = services;
    this.journal = journal;
    this.checks = checks;
    this.now = now;
    boolean paused = Boolean.TRUE.equals(migration.getSpec().paused());
    this.progress = Progress.of(plan, journal, paused, Run.onUndoFailure(migration));
    this.sides = new TrafficSides(services, journal);
    this.handedOver = HandedOver.is(plan, journal);
  }

  /**
   * The status; equal to the one before where nothing has changed.
   *
   * @param migration as it was seen, with the status before
   * @param journal as it is to be recorded
   * @param checks as they are to be reported
   */
  static MigrationStatus build(
      Migration migration,
      Plan plan,
      List<ServicePlan> services,
      String specHash,
      Journal journal,
      List<CheckStatus> checks,
      Instant now) {
    return new StatusBuilder(migration, plan, services, journal, checks, now).build(specHash);
  }

  private MigrationStatus build(String specHash) {
    String message = Messages.shortened(message(), Messages.STATUS);
    return new MigrationStatus(
        migration.getMetadata().getGeneration(),
        migration.getSpec().strategy().word(),
        phase(),
        journal.done() + "/" + journal.entries().size(),
        message,
        journal.started(),
        journal.completed().orElse(null),
        journal.direction(),
        specHash,
        Policies.kept(migration).orElse(null),
        SpecHash.ofPlan(migration.getMetadata().getUid(), specHash),
        journal.failure().orElse(null),
        sides.statuses(),
        checks.isEmpty() ? null : checks,
        JournalMapper.steps(journal),
        conditions(message));
  }

  private String phase() {
    return switch (progress) {
      case RUNNING -> current().map(Stage::phase).orElse("Running");
      case PAUSED -> "Paused";
      case STALLED -> "Stalled";
      case ROLLING_BACK, STUCK -> "RollingBack";
      case SUCCEEDED -> "Succeeded";
      case ROLLED_BACK -> "RolledBack";
    };
  }

  private Optional<Stage> current() {
    return Progress.current(plan, journal);
  }

  private String message() {
    return progressed() + tooLate();
  }

  /** An abort that changes nothing any more is answered, not passed over. */
  private String tooLate() {
    boolean unheeded =
        Boolean.TRUE.equals(migration.getSpec().abort())
            && journal.direction() == Direction.FORWARD
            && journal.completed().isEmpty();
    return unheeded ? ". spec.abort came too late: there is no way back any more" : "";
  }

  private String progressed() {
    return switch (progress) {
      case RUNNING -> doing(StepState.RUNNING);
      case PAUSED ->
          "spec.paused is true: held before stage " + current().map(Stage::name).orElse("");
      case STALLED -> failure() + ". " + waysOn();
      case ROLLING_BACK -> {
        String doing = doing(StepState.UNDOING, StepState.UNDO_FAILED);
        yield "rolling back"
            + sides.takenBack()
            + " because "
            + failure()
            + (doing.isEmpty() ? "" : ". " + doing);
      }
      case STUCK ->
          "stopped on the way back: "
              + doing(StepState.UNDO_FAILED)
              + ". It goes back because "
              + failure()
              + ". Traffic is "
              + sides.message()
              + ByHand.commands(migration.getMetadata().getNamespace(), services, journal);
      case SUCCEEDED -> "version " + migration.getSpec().to() + " serves";
      case ROLLED_BACK ->
          (schemas().isEmpty() ? "everything is as it was" : "all services are as they were")
              + " at the start, because "
              + failure()
              + schemas();
    };
  }

  /** What became of the schemas that were expanded: not all of them need have gone back. */
  private String schemas() {
    return plan.steps()
        .filter(RunSchema.class::isInstance)
        .map(step -> journal.entry(step.name()))
        .filter(entry -> entry.state() == StepState.UNDONE && !entry.message().isEmpty())
        .map(entry -> "; " + entry.message())
        .collect(Collectors.joining());
  }

  private String failure() {
    return journal.failure().map(Failure::message).orElse("of an unknown failure");
  }

  private String waysOn() {
    if (journal.failure().filter(StatusBuilder::isBlueGone).isPresent()) {
      return "Create it again with the template that it had, then set spec.paused to true and to"
          + " false again to go on, or spec.abort to true to go back; or delete the Migration to"
          + " leave everything as it is";
    }
    return Planner.isPastPointOfNoReturn(plan, journal)
        ? "There is no way back any more: mend it, then set spec.paused to true and to false again"
        : "Set spec.abort to true to go back, or spec.paused to true and to false again to try"
            + " once more";
  }

  private static boolean isBlueGone(Failure failure) {
    return failure.reason().equals(Reason.BLUE_DELETED.word());
  }

  private String doing(StepState... states) {
    return journal.entries().stream()
        .filter(entry -> List.of(states).contains(entry.state()) && !entry.message().isEmpty())
        .map(entry -> entry.step() + ": " + entry.message())
        .collect(Collectors.joining("; "));
  }

  private List<Condition> conditions(String message) {
    Conditions conditions =
        new Conditions(
            migration.getStatus() == null ? null : migration.getStatus().conditions(),
            migration.getMetadata().getGeneration(),
            now);
    boolean succeeded = progress == Progress.SUCCEEDED || handedOver;
    boolean stalled =
        Set.of(Progress.STALLED, Progress.STUCK, Progress.ROLLED_BACK).contains(progress)
            || RunSchema.stalled(plan, journal).isPresent();
    boolean ended = succeeded || stalled;
    conditions
        .set("Ready", Truth.of(succeeded && !stalled), reason(), message)
        .set("Reconciling", Truth.of(!ended), reason(), message)
        .set("Stalled", Truth.of(stalled), reason(), message)
        .set("Succeeded", success(succeeded), reason(), message)
        .set("PreflightPassed", Truth.TRUE, "Passed", "every check before the start passed")
        .set("TrafficOnGreen", sides.truth(), sides.reason(), sides.message());
    PerformanceTruth.of(plan, journal)
        .ifPresent(
            known ->
                conditions.set(
                    "PerformanceDegraded", known.truth(), known.reason(), known.message()));
    Optional<String> contested = contested();
    return conditions
        .setOnceTrue(
            "TrafficContested",
            contested.isPresent(),
            contested.isPresent() ? "TakenBack" : "Settled",
            contested.orElse("nobody else has set the selectors since"))
        .setOnceTrue(
            "AwaitingApproval",
            awaited().isPresent(),
            awaited().isPresent() ? "Waiting" : "Answered",
            awaited().map(Entry::message).orElse("no gate waits for a person"))
        .setOnceTrue("Paused", progress == Progress.PAUSED, reason(), message)
        .setOnceTrue(
            "RolledBack",
            progress == Progress.ROLLED_BACK,
            journal.failure().map(Failure::reason).orElse(reason()),
            message)
        .build();
  }

  private Truth success(boolean succeeded) {
    if (progress == Progress.ROLLED_BACK) {
      return Truth.FALSE;
    }
    return succeeded ? Truth.TRUE : Truth.UNKNOWN;
  }

  /** One word: the reason of the failure where there is one, else the phase. */
  private String reason() {
    return journal
        .failure()
        .map(Failure::reason)
        .or(() -> RunSchema.stalled(plan, journal).map(any -> Reason.SCHEMA_STALLED.word()))
        .orElseGet(this::phase);
  }

  /** The gate that waits for a person. */
  private Optional<Entry> awaited() {
    return journal.direction() == Direction.FORWARD && journal.failure().isEmpty()
        ? plan.steps()
            .filter(Approval.class::isInstance)
            .map(step -> journal.entry(step.name()))
            .filter(entry -> entry.state() == StepState.RUNNING)
            .findFirst()
        : Optional.empty();
  }

  /** What is said of a switch that had to be done again, while it is. */
  private Optional<String> contested() {
    Stream<Entry> again =
        services.stream()
            .flatMap(service -> journal.find(TrafficSides.switchOf(service)).stream())
            .filter(entry -> entry.state() == StepState.RUNNING && entry.attempt() > 1);
    return journal.direction() == Direction.FORWARD
        ? again.map(Entry::message).findFirst()
        : Optional.empty();
  }
}
