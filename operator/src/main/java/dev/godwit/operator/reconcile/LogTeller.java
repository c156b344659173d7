package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Tells in the log what happened to a Migration: a line a step, and a line a turn. */
public final class LogTeller implements MigrationListener {

  private static final Logger log = LoggerFactory.getLogger(LogTeller.class);

  @Override
  public void preflightFailed(Migration migration, List<String> problems) {
    line(Level.WARN, migration).log("preflight failed: {}", String.join("; ", problems));
  }

  @Override
  public void warned(Migration migration, List<String> warnings) {
    line(Level.WARN, migration).log("preflight passed, but {}", String.join("; ", warnings));
  }

  @Override
  public void recorded(Migration migration, Plan plan, Optional<Journal> before, Journal after) {
    for (Entry entry : after.entries()) {
      boolean known =
          before
              .flatMap(old -> old.find(entry.step()))
              .filter(old -> old.state() == entry.state() && old.message().equals(entry.message()))
              .isPresent();
      boolean untouched = before.isEmpty() && entry.attempt() == 0;
      if (!known && !untouched) {
        line(Level.INFO, migration)
            .addKeyValue("step", entry.step())
            .log("{}: {}", entry.state(), entry.message());
      }
    }
    Narrator.narrate(plan, before, after).stream()
        .filter(Narration::warning)
        .forEach(
            narration ->
                line(Level.WARN, migration)
                    .addKeyValue("reason", narration.reason())
                    .log(narration.message()));
  }

  @Override
  public void stillHeld(Migration migration, List<String> refused) {
    line(Level.WARN, migration).log("deleted, and can't let go: {}", String.join("; ", refused));
  }

  @Override
  public void untold(Migration migration, List<String> refused) {
    line(Level.WARN, migration)
        .log("can't say what became of answers: {}", String.join("; ", refused));
  }

  @Override
  public void leftAsIs(Migration migration, String why) {
    line(Level.WARN, migration).log("deleted, and left as it is: {}", why);
  }

  private static LoggingEventBuilder line(Level level, Migration migration) {
    return log.atLevel(level)
        .addKeyValue("namespace", migration.getMetadata().getNamespace())
        .addKeyValue("migration", migration.getMetadata().getName());
  }
}
