package dev.godwit.operator.e2e;

import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.StepState;
import java.util.function.UnaryOperator;

/** The phases of a migration in which a person may change their mind, each made to last. */
@SuppressWarnings("ImmutableEnumChecker") // Its functions hold no state.
enum Moment {
  DEPLOYING(migration -> migration.deadline("1h"), "shop/deploy", false) {
    @Override
    MigrationFixture of(Application app) {
      return MigrationFixture.named("upgrade")
          .image(app, "localhost/podinfo:no-such-tag")
          .deadline("1h");
    }
  },
  SMOKE_TESTING(
      migration -> migration.smokeTest(MigrationFixture.neverPasses()), "shop/smoke-tests", false),
  TESTING(migration -> migration.test(MigrationFixture.neverPasses()), "shop/tests", false),
  MONITORING(migration -> migration.monitor("1h"), "monitor", true),
  STABILIZING(migration -> migration.stability("1h"), "stability", true),
  DRAINING(migration -> migration.drain("10s"), "drain-blue", true),
  HANDING_OVER(migration -> migration.cleanup(Cleanup.HANDOVER), "shop/handover", true);

  private final UnaryOperator<MigrationFixture> change;
  private final String step;
  private final boolean onGreen;

  Moment(UnaryOperator<MigrationFixture> change, String step, boolean onGreen) {
    this.change = change;
    this.step = step;
    this.onGreen = onGreen;
  }

  /** A migration that stays in this phase. */
  MigrationFixture of(Application app) {
    return change.apply(MigrationFixture.toV2(app));
  }

  /** Waits until the migration is in this phase. */
  void reachedBy(Run run) {
    run.reaches(step, StepState.RUNNING);
  }

  /** Whether green serves then. */
  boolean isOnGreen() {
    return onGreen;
  }
}
