package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.Strategy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is there, what is asked for, and what comes in between.
 *
 * @param objects what is in the cluster at the start
 * @param failing checks that fail, as SERVICE/CHECK
 * @param replies how the gates are answered, one after the other and then from the beginning
 * @param loadVaries whether the load changes all the time, and with it what autoscalers want
 * @param fates what becomes of SchemaMigrations; of the others nothing bad
 * @param truth what every load for a comparison finds; empty: that is drawn by lot
 */
record Scenario(
    String name,
    List<HasMetadata> objects,
    MigrationSpec spec,
    Set<String> failing,
    List<Disturbance> disturbances,
    Faults faults,
    List<Approver.Reply> replies,
    boolean loadVaries,
    Map<String, SchemaController.Fate> fates,
    Optional<FakeRunner.Truth> truth) {

  /** The SchemaMigrations that are stages. */
  List<SchemaStage> schemas() {
    return spec.schemas() == null ? List.of() : spec.schemas();
  }

  /** A SchemaMigration as it is at the start. */
  SchemaMigration schema(String named) {
    return objects.stream()
        .filter(SchemaMigration.class::isInstance)
        .map(SchemaMigration.class::cast)
        .filter(one -> one.getMetadata().getName().equals(named))
        .findFirst()
        .orElseThrow();
  }

  /** The same with SchemaMigrations as stages. */
  Scenario with(
      List<SchemaStage> stages,
      List<HasMetadata> all,
      List<Disturbance> happening,
      Map<String, SchemaController.Fate> others) {
    return new Scenario(
        name,
        List.copyOf(all),
        new MigrationSpec(
            spec.from(),
            spec.to(),
            spec.services(),
            spec.strategy(),
            spec.health(),
            List.copyOf(stages),
            spec.onFailure(),
            spec.onUndoFailure(),
            spec.paused(),
            spec.abort(),
            spec.createdBy()),
        failing,
        List.copyOf(happening),
        faults,
        replies,
        loadVaries,
        Map.copyOf(others),
        truth);
  }

  /** Whether Prometheus is asked. */
  boolean isMeasured() {
    return spec.health() != null && spec.health().prometheus() != null;
  }

  /** The same with another answer to what healthy means. */
  Scenario with(HealthSpec health) {
    return with(spec.with(health));
  }

  /** The same with a comparison under load. */
  Scenario with(Performance performance) {
    Strategy strategy = spec.strategy();
    return with(
        new MigrationSpec(
            spec.from(),
            spec.to(),
            spec.services(),
            strategy.rolling() == null
                ? new Strategy(with(strategy.blueGreen(), performance), null)
                : new Strategy(null, with(strategy.rolling(), performance)),
            spec.health(),
            spec.schemas(),
            spec.onFailure(),
            spec.onUndoFailure(),
            spec.paused(),
            spec.abort(),
            spec.createdBy()));
  }

  private static BlueGreen with(BlueGreen one, Performance performance) {
    return new BlueGreen(
        one.smokeTests(),
        one.tests(),
        performance,
        one.deadline(),
        one.monitor(),
        one.stability(),
        one.drain(),
        one.cleanup(),
        one.gates());
  }

  private static Rolling with(Rolling one, Performance performance) {
    return new Rolling(
        one.smokeTests(),
        one.tests(),
        performance,
        one.maxConcurrent(),
        one.deadline(),
        one.monitor(),
        one.pauseBetween(),
        one.stability(),
        one.drain(),
        one.cleanup(),
        one.retire(),
        one.gates());
  }

  private Scenario with(MigrationSpec other) {
    return new Scenario(
        name, objects, other, failing, disturbances, faults, replies, loadVaries, fates, truth);
  }

  /**
   * What goes wrong between the operator and the API server, as probabilities a write.
   *
   * @param crash the process ends, before or after the write
   * @param error the write fails, or seems to
   * @param interlude the world moves on between observation and write
   * @param deafness an event does not wake the operator
   */
  record Faults(double crash, double error, double interlude, double deafness) {

    static final Faults NONE = new Faults(0, 0, 0, 0);
  }

  /**
   * Something that somebody does.
   *
   * @param service whose objects it concerns; null for all
   * @param after the verb of the step that must have begun, or {@link #WAY_BACK}; null: right from
   *     the start
   * @param delay how long after that
   */
  record Disturbance(Kind kind, String service, String after, Duration delay) {

    /** The migration must have turned round. */
    static final String WAY_BACK = "way back";

    /** Who does what. */
    enum Kind {
      /** A person sets spec.abort. */
      ABORT,
      /** A person deletes the Migration. */
      DELETE_MIGRATION,
      /** A person sets spec.paused, and takes that back a while later. */
      PAUSE,
      /** A GitOps tool sets the selectors back to blue, once. */
      REVERT_SELECTOR,
      /** A GitOps tool sets the selectors back to blue, whenever they are not. */
      KEEP_REVERTING_SELECTOR,
      /** Somebody points a Service elsewhere. */
      FOREIGN_SELECTOR,
      /** Somebody changes blue's template. */
      EDIT_BLUE,
      /** Somebody changes green's template. */
      EDIT_GREEN,
      /** Somebody deletes blue. */
      DELETE_BLUE,
      /** Somebody deletes green. */
      DELETE_GREEN,
      /** Somebody puts a Deployment of their own in the place of green. */
      REPLACE_GREEN,
      /** Another migration takes hold of what this one has not got hold of yet. */
      HOLD_ELSEWHERE,
      /** Somebody deletes a Service. */
      DELETE_SERVICE,
      /** Somebody deletes green's own Service. */
      DELETE_PREVIEW,
      /** Somebody deletes the twins. */
      DELETE_TWINS,
      /** Somebody gives blue one replica more. */
      SCALE_BLUE,
      /** Somebody annotates all that the migration holds: nothing but conflicts. */
      TOUCH,
      /** A tool removes labels that it doesn't know. */
      STRIP_LABELS,
      /** A pod of green is evicted. */
      EVICT_GREEN,
      /** A pod of a workload that is upgraded in place is evicted. */
      EVICT_MEMBER,
      /** A pod that is out of rotation is evicted. */
      EVICT_OUT,
      /** Somebody deletes what was recorded of a workload. */
      DELETE_SNAPSHOT,
      /** A tool removes the label of rotation from pods. */
      STRIP_PODS,
      /** All of green's pods begin to crash. */
      CRASH_GREEN,
      /** Green's probes begin to fail. */
      FAIL_PROBES,
      /** The new image can no longer be pulled. */
      LOSE_IMAGE,
      /** The new image is never ready from now on. */
      DEAFEN_IMAGE,
      /** A quota leaves no room for green's pods. */
      FORBID_PODS,
      /** The API server refuses the next writes of the operator for good. */
      REFUSE_WRITES,
      /** A person sets spec.abort of a SchemaMigration. */
      ABORT_SCHEMA,
      /** A person puts a SchemaMigration as it was into its place, with spec.abort. */
      WITHDRAW_SCHEMA,
      /** A person deletes a SchemaMigration. */
      DELETE_SCHEMA,
      /** A tool removes what the migration has written on a SchemaMigration. */
      UNMARK_SCHEMA,
      /** A tool removes the label alone. */
      UNLABEL_SCHEMA,
      /** Somebody annotates a SchemaMigration: nothing but a conflict. */
      TOUCH_SCHEMA;

      boolean isOfSchemas() {
        return name().endsWith("_SCHEMA");
      }
    }
  }
}
