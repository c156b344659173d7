package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What must hold in databases, and how long a migration waits for one that doesn't answer.
 *
 * @param onNoData what is done then
 * @param patience how long it waits
 */
public record DataWatches(List<DataWatch> all, OnNoData onNoData, Duration patience) {

  /** Copies the list. */
  public DataWatches {
    all = List.copyOf(all);
  }

  /**
   * With what a migration says of data that is missing.
   *
   * @param health null where it says nothing
   */
  public static DataWatches of(List<DataWatch> all, HealthSpec health) {
    Optional<HealthSpec> said = Optional.ofNullable(health);
    return new DataWatches(
        all,
        said.map(HealthSpec::onNoData).orElse(OnNoData.HOLD),
        TimeSpan.parse(said.map(HealthSpec::patience).orElse("10m")));
  }

  /** What to do about each that isn't known to hold. */
  Stream<Assessment> unsure(Situation situation, Instant watchedUntil) {
    return onNoData == OnNoData.PASS
        ? all.stream()
            .filter(one -> one.seen(situation.seen()).filter(DataWatch::isBad).isPresent())
            .map(one -> Assessment.await("waiting for " + words(one)))
        : all.stream()
            .filter(one -> !one.isGood(situation.seen()))
            .map(one -> unsure(one, situation, watchedUntil.plus(patience)));
  }

  private Assessment unsure(DataWatch one, Situation situation, Instant end) {
    if (one.seen(situation.seen()).filter(DataWatch::isBad).isPresent()) {
      return Assessment.await("waiting for " + words(one)); // The guard says what becomes of that.
    }
    if (onNoData == OnNoData.FAIL) {
      return Assessment.failed(
          Reason.NO_DATA, words(one) + ": the last answer is not known to be good");
    }
    return situation.await(
        "waiting for a good answer to " + words(one),
        end,
        Reason.NO_DATA,
        "waited in vain for a good answer to " + words(one));
  }

  private static String words(DataWatch one) {
    return "check " + one.check().name() + " of " + one.plan().name();
  }
}
