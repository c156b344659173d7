package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** A ConfigMap in which the SQL of a run is kept as it was at the start. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FrozenFile(
    @JsonPropertyDescription("Name of the ConfigMap, in the same namespace.") String name,
    @JsonPropertyDescription("Hash of what is in it.") String hash) {}
