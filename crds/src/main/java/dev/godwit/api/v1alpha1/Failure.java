package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;

/** What stopped a migration or turned it round. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failure(
    @JsonPropertyDescription("The reason, one CamelCase word; also in condition, event, metric.")
        String reason,
    @JsonPropertyDescription("What happened, for people.") String message,
    @JsonPropertyDescription("When it was decided.") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant time,
    @JsonPropertyDescription(
            "True when a person has set paused to true after the failure: setting it to false"
                + " again makes the migration try once more.")
        Boolean acknowledged) {}
