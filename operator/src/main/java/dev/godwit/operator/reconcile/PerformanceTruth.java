package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.PreImage.Compared;
import dev.godwit.api.v1alpha1.PreImage.Outcome;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.reconcile.Conditions.Truth;
import dev.godwit.operator.step.Compare;
import dev.godwit.operator.step.ComparisonWords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whether the new version is worse under load, from the journal: true as soon as one comparison has
 * found that; false only when all have found that it isn't.
 */
record PerformanceTruth(Truth truth, String reason, String message) {

  /** A comparison that has ended, and what it has found. */
  private record Told(String service, PreImage.Comparison found) {

    /** The worst first: where many services are compared, the last ones are cut off. */
    int rank() {
      if (has(Outcome.DEGRADED::equals)) {
        return 0;
      }
      return has(Outcome::isUnknown) ? 1 : 2;
    }

    boolean has(Predicate<Outcome> wanted) {
      return found.metrics().values().stream().map(Compared::verdict).anyMatch(wanted);
    }
  }

  /** What is known; empty where nothing is compared. */
  static Optional<PerformanceTruth> of(Plan plan, Journal journal) {
    List<Entry> entries =
        plan.steps()
            .filter(Compare.class::isInstance)
            .map(step -> journal.entry(step.name()))
            .toList();
    return entries.isEmpty() ? Optional.empty() : Optional.of(of(entries));
  }

  private static PerformanceTruth of(List<Entry> entries) {
    List<Told> told = new ArrayList<>();
    for (Entry entry : entries) {
      String service = entry.step().substring(0, entry.step().indexOf('/'));
      Compare.found(entry.preImage()).ifPresent(found -> told.add(new Told(service, found)));
    }
    told.sort(Comparator.comparingInt(Told::rank));
    String words =
        told.stream()
            .map(one -> one.service() + ": " + ComparisonWords.of(one.found()))
            .collect(Collectors.joining(". "));
    if (told.stream().anyMatch(one -> one.has(Outcome.DEGRADED::equals))) {
      return new PerformanceTruth(Truth.TRUE, "Degraded", words);
    }
    if (told.stream().anyMatch(one -> one.has(Outcome.NOT_MEASURED::equals))) {
      return new PerformanceTruth(Truth.UNKNOWN, "NotMeasured", words);
    }
    if (told.stream().anyMatch(one -> one.has(Outcome.TOO_NOISY::equals))) {
      return new PerformanceTruth(Truth.UNKNOWN, "TooNoisy", words);
    }
    if (told.size() < entries.size()) {
      String left = told.size() + " of " + entries.size() + " services are compared";
      return new PerformanceTruth(
          Truth.UNKNOWN, "NotCompared", words.isEmpty() ? left : left + ". " + words);
    }
    return new PerformanceTruth(Truth.FALSE, "Compared", words);
  }

  /** How one comparison that has ended is told. */
  static Narration narration(Entry entry) {
    PreImage.Comparison found = Compare.found(entry.preImage()).orElseThrow();
    Told told = new Told("", found);
    String message = entry.step() + ": " + ComparisonWords.of(found);
    if (told.has(Outcome.DEGRADED::equals)) {
      return new Narration(true, Reason.PERFORMANCE_DEGRADED.word(), message);
    }
    return told.has(Outcome::isUnknown)
        ? new Narration(true, Reason.PERFORMANCE_UNKNOWN.word(), message)
        : new Narration(false, "PerformanceCompared", message);
  }
}
