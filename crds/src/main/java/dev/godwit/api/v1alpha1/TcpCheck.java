package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** A TCP connection to a pod. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TcpCheck(
    @JsonPropertyDescription("Port of the pod, 1 to 65535.") @Required @Min(1) @Max(65535) Integer port) {}
