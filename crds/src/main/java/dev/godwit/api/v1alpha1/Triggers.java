package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What takes a migration back though nobody has asked for it metric by metric. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Triggers(
    @JsonPropertyDescription(
            "The part of all requests that may fail (status 5xx), as 1% or 0.5%; Off switches the"
                + " trigger off. Default 1%. Without prometheus it holds for the answers to each"
                + " probe.")
        @Default(Triggers.DEFAULT_ERROR_RATE)
        @Size(max = Amount.MAX_LENGTH) @ValidationRule(
            value = "self == 'Off' || self.matches('^[0-9]{1,2}([.][0-9]{1,6})?%$')",
            message = "write a percentage below 100%, as 1% or 0.5%, or Off")
        String errorRate,
    @JsonPropertyDescription(
            "How many times the old version's response time the new one's may be, as 2x; Off"
                + " switches the trigger off. Default 2x. Without prometheus it holds for half of the"
                + " good answers to each probe, from 50ms on.")
        @Default(Triggers.DEFAULT_RESPONSE_TIME)
        @Size(max = Amount.MAX_LENGTH) @ValidationRule(
            value = "self == 'Off' || " + Amount.RATIO,
            message = "write a number and x, as in 2x or 1.5x, or Off")
        String responseTime,
    @JsonPropertyDescription(
            "Whether the checks of kind sql of the strategy (smokeTests, tests) are asked again and"
                + " again while the new version serves, and one that fails takes the migration"
                + " back. Default true.")
        @Default("true")
        Boolean dataInconsistency,
    @JsonPropertyDescription(
            "Names of checks of the strategy (smokeTests, tests) that are critical: those of kind"
                + " http, tcp, grpc and sql are asked again and again while the new version serves,"
                + " and one that fails takes the migration back. At most 32.")
        @Size(max = 32) List<@Size(min = 1, max = 40) String> criticalChecks) {

  /** Switches a trigger off. */
  public static final String OFF = "Off";

  /** What holds where {@code errorRate} isn't set. */
  public static final String DEFAULT_ERROR_RATE = "1%";

  /** What holds where {@code responseTime} isn't set. */
  public static final String DEFAULT_RESPONSE_TIME = "2x";
}
