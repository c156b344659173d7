package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.cluster.Events;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Tells in events and in the log what happened to a SchemaMigration. */
public final class SchemaTeller implements SchemaListener {

  private static final Logger log = LoggerFactory.getLogger(SchemaTeller.class);

  private final Events events;

  /** Tells it there, and in the log. */
  public SchemaTeller(Events events) {
    this.events = events;
  }

  @Override
  public void preflightFailed(SchemaMigration migration, List<String> problems) {
    tell(migration, new Narration(true, "PreflightFailed", String.join("; ", problems)));
  }

  @Override
  public void planned(SchemaMigration migration, String what) {
    tell(migration, new Narration(false, "Planned", what));
  }

  @Override
  public void recorded(
      SchemaMigration migration, Plan plan, Optional<Journal> before, Journal after) {
    for (Entry entry : after.entries()) {
      boolean known =
          before
              .flatMap(old -> old.find(entry.step()))
              .filter(old -> old.state() == entry.state() && old.message().equals(entry.message()))
              .isPresent();
      if (!known && !(before.isEmpty() && entry.attempt() == 0)) {
        line(Level.INFO, migration)
            .addKeyValue("step", entry.step())
            .log("{}: {}", entry.state(), entry.message());
      }
    }
    Narrator.narrate(plan, before, after, migration.getStatus().message())
        .forEach(narration -> tell(migration, narration));
  }

  @Override
  public void untold(SchemaMigration migration, List<String> refused) {
    tell(migration, Narration.untold(refused));
  }

  @Override
  public void leftAsIs(SchemaMigration migration, String why) {
    tell(
        migration,
        new Narration(
            true,
            "LeftAsIs",
            "the SchemaMigration is deleted and can't be taken back by itself, so that the database"
                + " stays as it is: "
                + why));
  }

  private void tell(SchemaMigration migration, Narration narration) {
    String message = Messages.shortened(narration.message(), Messages.EVENT);
    events.publish(migration, narration.warning(), narration.reason(), message);
    if (narration.warning()) {
      line(Level.WARN, migration).addKeyValue("reason", narration.reason()).log(message);
    }
  }

  private static LoggingEventBuilder line(Level level, SchemaMigration migration) {
    return log.atLevel(level)
        .addKeyValue("namespace", migration.getMetadata().getNamespace())
        .addKeyValue("schemaMigration", migration.getMetadata().getName());
  }
}
