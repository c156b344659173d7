package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** A question asked of every pod that serves, at an interval, until one failed too often. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "[has(self.http), has(self.tcp), has(self.grpc)].exists_one(x, x)",
    message = "set exactly one of http, tcp and grpc")
public record Probe(
    @JsonPropertyDescription("Name of the probe, at most 40 characters.")
        @Required
        @Size(min = 1, max = 40) @ValidationRule(value = DnsName.LABEL, message = DnsName.LABEL_MESSAGE)
        String name,
    @JsonPropertyDescription("An HTTP GET.") HttpCheck http,
    @JsonPropertyDescription("A TCP connection that must be accepted.") TcpCheck tcp,
    @JsonPropertyDescription("The standard gRPC health check (grpc.health.v1).") GrpcCheck grpc,
    @JsonPropertyDescription(
            "Names of the services that are probed. Default: all services of the migration.")
        @Size(min = 1, max = 64) List<@Size(min = 1, max = 40) String> services,
    @JsonPropertyDescription("Time from one question to the next, as 5s or 1m. Default 5s.")
        @Default("5s")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String interval,
    @JsonPropertyDescription("How long an answer may take, as 2s. Default 2s.")
        @Default("2s")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String timeout,
    @JsonPropertyDescription("How many failures in a row trip the guard, 1 to 100. Default 3.")
        @Default("3")
        @Min(1) @Max(100) Integer failures) {}
