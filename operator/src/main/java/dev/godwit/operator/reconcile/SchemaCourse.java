package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.FrozenFile;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.SchemaOnFailure;
import dev.godwit.api.v1alpha1.SchemaPlan;
import dev.godwit.operator.plan.Controls;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.StandBy;
import dev.godwit.operator.strategy.SchemaCompiler;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A SchemaMigration that has started, as a decision needs it.
 *
 * @param recorded the journal as it was last recorded; empty while it is about to start
 * @param journal the journal to decide from
 */
record SchemaCourse(
    SchemaMigration migration,
    SchemaRun run,
    Plan plan,
    String specHash,
    Optional<Journal> recorded,
    Journal journal) {

  /** Of a SchemaMigration whose status says that it has started. */
  static SchemaCourse of(SchemaMigration migration) {
    SchemaMigrationStatus status = migration.getStatus();
    SchemaMigrationSpec said = migration.getSpec();
    SchemaMigrationSpec spec =
        status.health() == null ? said : said.with(status.health().named(policy(said)));
    SchemaRun run =
        run(migration, spec, status.plan(), status.planHash(), status.sqlHash(), files(status));
    Plan plan = SchemaCompiler.compile(run);
    Journal journal =
        JournalMapper.journal(
            status.startTime(),
            status.completionTime(),
            status.direction(),
            status.failure(),
            status.steps(),
            plan);
    return new SchemaCourse(migration, run, plan, status.specHash(), Optional.of(journal), journal);
  }

  /** The name of a policy that was kept; what it says holds, whatever became of the name. */
  private static String policy(SchemaMigrationSpec said) {
    return said.health() == null ? null : said.health().policy();
  }

  static SchemaRun run(
      SchemaMigration migration,
      SchemaMigrationSpec spec,
      SchemaPlan plan,
      String planHash,
      String sqlHash,
      List<String> files) {
    return new SchemaRun(
        migration.getMetadata().getName(),
        migration.getMetadata().getUid(),
        migration.getMetadata().getNamespace(),
        spec,
        plan,
        planHash,
        sqlHash,
        Marks.wanted(migration)
            .map(wanted -> new SchemaRun.Holder(Marks.holder(migration).orElse(""), wanted)),
        files);
  }

  static List<String> files(SchemaMigrationStatus status) {
    return Stream.ofNullable(status)
        .flatMap(one -> Stream.ofNullable(one.files()))
        .flatMap(List::stream)
        .map(FrozenFile::name)
        .toList();
  }

  /** A schema is taken back in order, or not at all: what can't be taken back stops the rest. */
  Controls controls(boolean deleted) {
    return new Controls(
        Boolean.TRUE.equals(migration.getSpec().paused()) && !deleted,
        back(deleted),
        true,
        migration.getSpec().onFailure() == SchemaOnFailure.PAUSE
            ? OnFailure.PAUSE
            : OnFailure.ROLLBACK,
        OnUndoFailure.STOP);
  }

  /**
   * What a Migration stands on does not go away under it: that goes back first, for the same
   * reason, and then wants this back.
   */
  private Optional<Controls.Back> back(boolean deleted) {
    Optional<SchemaRun.Holder> holder = run.holder().filter(any -> run.isStaged());
    if (holder.isPresent() && holder.get().wanted() == Wanted.TAKE_BACK) {
      return Optional.of(
          new Controls.Back(
              Reason.MIGRATION_WENT_BACK, "Migration " + holder.get().name() + " goes back"));
    }
    if (journal.wasBegun(StandBy.NAME)) {
      return Optional.empty();
    }
    if (deleted) {
      return Optional.of(Controls.Back.deleted("SchemaMigration"));
    }
    return Boolean.TRUE.equals(migration.getSpec().abort())
        ? Optional.of(Controls.Back.ABORTED)
        : Optional.empty();
  }

  SchemaCourse with(Journal other) {
    return new SchemaCourse(migration, run, plan, specHash, recorded, other);
  }

  /** The same after its journal was recorded. */
  SchemaCourse recordedAs(SchemaMigration latest, Journal other) {
    return new SchemaCourse(latest, run, plan, specHash, Optional.of(other), other);
  }
}
