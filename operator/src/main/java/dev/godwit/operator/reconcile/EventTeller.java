package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.cluster.Events;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import java.util.List;
import java.util.Optional;

/** Tells in Kubernetes events what happened to a Migration. */
public final class EventTeller implements MigrationListener {

  private final Events events;

  /** Tells it there. */
  public EventTeller(Events events) {
    this.events = events;
  }

  @Override
  public void preflightFailed(Migration migration, List<String> problems) {
    tell(migration, new Narration(true, "PreflightFailed", String.join("; ", problems)));
  }

  @Override
  public void warned(Migration migration, List<String> warnings) {
    tell(migration, new Narration(true, "PreflightWarning", String.join("; ", warnings)));
  }

  @Override
  public void recorded(Migration migration, Plan plan, Optional<Journal> before, Journal after) {
    Narrator.narrate(plan, before, after).forEach(narration -> tell(migration, narration));
  }

  @Override
  public void stillHeld(Migration migration, List<String> refused) {
    tell(
        migration,
        new Narration(
            true,
            "StillHeld",
            "the Migration is deleted, and can't let go of what it holds: "
                + String.join("; ", refused)));
  }

  @Override
  public void untold(Migration migration, List<String> refused) {
    tell(migration, Narration.untold(refused));
  }

  @Override
  public void leftAsIs(Migration migration, String why) {
    tell(
        migration,
        new Narration(
            true,
            "LeftAsIs",
            "the Migration is deleted and can be taken neither back nor forward, so that"
                + " everything stays as it is: "
                + why));
  }

  private void tell(Migration migration, Narration narration) {
    events.publish(
        migration,
        narration.warning(),
        narration.reason(),
        Messages.shortened(narration.message(), Messages.EVENT));
  }
}
