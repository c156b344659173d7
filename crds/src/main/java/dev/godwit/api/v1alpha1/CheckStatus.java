package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;

/** How one of the checks stands that are made again and again, as decisions saw it last. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckStatus(
    @JsonPropertyDescription(
            "SERVICE/METRIC, SERVICE/PROBE or SERVICE/CHECK, as in orders/errorRate.")
        String name,
    @JsonPropertyDescription(
            "Pending: not made yet. Good; Bad: out of its limits, or not answered well. NoData: too"
                + " few samples, or none. Unavailable: the provider can't be asked, or the database"
                + " gives no answer.")
        CheckState state,
    @JsonPropertyDescription("Since when it is in this state.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant since,
    @JsonPropertyDescription("The last value.") Measurement last,
    @JsonPropertyDescription(
            "The value that was nearest to the limits, or farthest outside of them.")
        Measurement worst,
    @JsonPropertyDescription("The value may not be above this, in the unit of the metric.")
        Double max,
    @JsonPropertyDescription("The value may not be below this, in the unit of the metric.")
        Double min,
    @JsonPropertyDescription("How often in a row it was bad, where it is.") Integer failures,
    @JsonPropertyDescription("Why it is bad, or why there is no value.") String message) {

  /** A measured value. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Measurement(
      @JsonPropertyDescription("The value, in the unit of the metric.") Double value,
      @JsonPropertyDescription("How many samples stand behind it, where that was asked.")
          Double samples,
      @JsonPropertyDescription("When it was measured.") @JsonFormat(shape = JsonFormat.Shape.STRING)
          Instant time) {}
}
