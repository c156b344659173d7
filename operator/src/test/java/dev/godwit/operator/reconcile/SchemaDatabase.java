package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A database that knows what was applied, and what the runner says of it. */
final class SchemaDatabase {

  final List<String> applied = new ArrayList<>();
  final Set<String> differences = new HashSet<>();

  /** Versions whose text fails: {@code 2/UP}, {@code 2/DOWN}. */
  final Set<String> failing = new HashSet<>();

  /** Versions of which the Job fails though the text was committed. */
  final Set<String> lost = new HashSet<>();

  /** What fails the comparison after the way back. */
  Optional<String> comparisonFails = Optional.empty();

  /** What fails the plan. */
  Optional<String> planFails = Optional.empty();

  /** How many statements of the plan are destructive. */
  int destructive;

  /** The versions that the database had when it was dumped. */
  final List<List<String>> dumps = new ArrayList<>();

  /** Others are kept out. */
  boolean locked;

  /** Why they can't be. */
  Optional<String> lockFails = Optional.empty();

  /** Why they can't be let in again. */
  Optional<String> unlockFails = Optional.empty();

  /** How often a dump was restored. */
  int restored;

  /** Brings back what was there when it was dumped last. */
  void restore() {
    assertThat(locked).as("nobody else has written since the dump").isTrue();
    applied.clear();
    applied.addAll(dumps.getLast());
    restored++;
  }

  void dump() {
    dumps.add(List.copyOf(applied));
  }

  /** Does what is ordered; {@code names} are the versions of the catalogue, in order. */
  SchemaReport run(SchemaOrder order, List<String> names) {
    if (!order.problems().isEmpty()) {
      throw new AssertionError(order.problems());
    }
    if (names.isEmpty()) {
      return new SchemaReport.Failed(
          SchemaReport.Cause.BAD_ORDER, null, null, "no SQL is there", null, null, List.of());
    }
    return switch (order.action()) {
      case PLAN -> plan(order, names);
      case UP, DOWN -> move(order);
      case COMPARE ->
          comparisonFails
              .<SchemaReport>map(
                  why ->
                      new SchemaReport.Failed(
                          SchemaReport.Cause.NO_ANSWER, null, null, why, null, null, List.of()))
              .orElseGet(() -> new SchemaReport.Compared(List.copyOf(differences), 0));
      case LOCK -> {
        locked |= lockFails.isEmpty();
        yield lockFails.map(SchemaDatabase::refused).orElseGet(() -> new SchemaReport.Locked(2));
      }
      case UNLOCK -> {
        locked &= unlockFails.isPresent();
        yield unlockFails.map(SchemaDatabase::refused).orElseGet(SchemaReport.Unlocked::new);
      }
    };
  }

  private static SchemaReport refused(String why) {
    return new SchemaReport.Failed(
        SchemaReport.Cause.REFUSED, null, null, why, null, null, List.of());
  }

  private SchemaReport plan(SchemaOrder order, List<String> names) {
    if (planFails.isPresent()) {
      return new SchemaReport.Failed(
          SchemaReport.Cause.HISTORY, null, null, planFails.get(), null, null, List.of());
    }
    String current = applied.isEmpty() ? "" : applied.getLast();
    int way = names.indexOf(order.to()) - names.indexOf(current);
    return new SchemaReport.Planned(
        "18.1",
        current,
        way >= 0 ? SchemaReport.Direction.UP : SchemaReport.Direction.DOWN,
        Math.abs(way),
        destructive,
        List.of(),
        0);
  }

  private SchemaReport move(SchemaOrder order) {
    assertThat(locked).as("others are kept out where that is said").isEqualTo(order.locked());
    List<SchemaReport.Result> results = new ArrayList<>();
    for (String one : order.versions()) {
      boolean up = order.action() == SchemaOrder.Action.UP;
      boolean already = applied.contains(one) == up;
      if (!already && failing.contains(one + "/" + order.action())) {
        return new SchemaReport.Failed(
            SchemaReport.Cause.SQL,
            one,
            up ? SchemaFiles.Text.UP : SchemaFiles.Text.DOWN,
            "syntax error in " + one,
            "42601",
            applied.isEmpty() ? "" : applied.getLast(),
            results);
      }
      if (!already && up) {
        applied.add(one);
      } else if (!already) {
        if (!applied.getLast().equals(one)) {
          throw new AssertionError("takes back " + one + " of " + applied);
        }
        applied.removeLast();
      }
      if (!already && lost.remove(one)) {
        return new SchemaReport.Failed(
            SchemaReport.Cause.NO_ANSWER,
            one,
            null,
            "the connection is lost",
            "08006",
            null,
            results);
      }
      results.add(new SchemaReport.Result(already, 5, 7, 1));
    }
    return new SchemaReport.Moved(applied.isEmpty() ? "" : applied.getLast(), results);
  }
}
