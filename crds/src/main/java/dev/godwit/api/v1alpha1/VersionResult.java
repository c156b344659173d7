package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What it took to bring a version of a schema, or to take it back. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VersionResult(
    @JsonPropertyDescription("How long it took in milliseconds, without the waits for locks.")
        Long millis,
    @JsonPropertyDescription("How many rows its statements say that they changed.") Long rows,
    @JsonPropertyDescription("How often it was taken back and tried again because of a lock.")
        Integer lockWaits) {}
