package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** The standard gRPC health check of a pod, without TLS; SERVING passes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GrpcCheck(
    @JsonPropertyDescription("Port of the pod, 1 to 65535.") @Required @Min(1) @Max(65535) Integer port,
    @JsonPropertyDescription(
            "Name of the gRPC service that is asked for. Default: empty, the server as a whole.")
        @Size(max = 255) String service) {}
