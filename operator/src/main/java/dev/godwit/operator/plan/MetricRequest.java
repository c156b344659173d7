package dev.godwit.operator.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A metric that is measured again and again for as long as decisions name it.
 *
 * @param id unique among the metrics of a migration; what was measured goes by it
 * @param url of the provider, as the user writes it
 * @param query of which one number is the answer
 * @param samples of which the number of samples behind that is the answer; empty: it isn't asked
 * @param minSamples with fewer samples there is no data
 * @param failures from how many values in a row outside of the limits on the operator looks at once
 * @param at the moment that is asked about; empty: the present. Of a moment of the past one answer
 *     is enough
 */
public record MetricRequest(
    String id,
    String url,
    String query,
    Optional<String> samples,
    int minSamples,
    Limits limits,
    Duration interval,
    int failures,
    Optional<Instant> at) {

  /** About the present. */
  public MetricRequest(
      String id,
      String url,
      String query,
      Optional<String> samples,
      int minSamples,
      Limits limits,
      Duration interval,
      int failures) {
    this(id, url, query, samples, minSamples, limits, interval, failures, Optional.empty());
  }

  /** Whether nothing more can be learned from asking again. */
  public boolean isAnsweredBy(MetricState state) {
    return at.isPresent() && state.last().isPresent() && state.gap().isEmpty();
  }
}
