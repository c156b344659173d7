package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.SchemaDirection;
import dev.godwit.api.v1alpha1.SchemaPlan;
import java.util.List;
import java.util.Optional;

/** What is said of the plan of a SchemaMigration. */
final class SchemaWords {

  private SchemaWords() {}

  /** What is to be run, and what is to be known of it. */
  static String plan(SchemaPlan plan) {
    List<String> versions = plan.versions();
    if (versions.isEmpty()) {
      return "the database has version " + plan.from() + " already: nothing is to be run";
    }
    String path =
        (plan.direction() == SchemaDirection.UP ? "up: " : "down: ")
            + versions.getFirst()
            + (versions.size() == 1
                ? ""
                : " to " + versions.getLast() + " (" + versions.size() + " versions)");
    return "from "
        + plan.from()
        + " "
        + path
        + (plan.destructive() == 0 ? "" : "; " + destructive(plan))
        + irreversible(plan).map(said -> "; " + said).orElse("");
  }

  /** How much is destructive. */
  static String destructive(SchemaPlan plan) {
    return plan.destructive()
        + (plan.destructive() == 1 ? " statement" : " statements")
        + " may lose data or break programs of the old version";
  }

  private static Optional<String> irreversible(SchemaPlan plan) {
    return Optional.ofNullable(plan.irreversible())
        .filter(versions -> !versions.isEmpty())
        .map(versions -> "no way back from " + versions.getFirst() + " on, which has no down");
  }
}
