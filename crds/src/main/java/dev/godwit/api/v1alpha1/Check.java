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

/** One thing that must hold of green before it gets the traffic. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "[has(self.http), has(self.tcp), has(self.grpc), has(self.job), has(self.sql)]"
            + ".exists_one(x, x)",
    message = "set exactly one of http, tcp, grpc, job and sql")
public record Check(
    @JsonPropertyDescription("Name of the check, at most 40 characters.")
        @Required
        @Size(min = 1, max = 40) @ValidationRule(value = DnsName.LABEL, message = DnsName.LABEL_MESSAGE)
        String name,
    @JsonPropertyDescription("An HTTP GET to every pod of green.") HttpCheck http,
    @JsonPropertyDescription("A TCP connection that every pod of green must accept.") TcpCheck tcp,
    @JsonPropertyDescription(
            "The standard gRPC health check (grpc.health.v1), of every pod of green.")
        GrpcCheck grpc,
    @JsonPropertyDescription("A Job that must succeed.") JobCheck job,
    @JsonPropertyDescription(
            "A query of a PostgreSQL database that must answer true. While the new version serves"
                + " it is asked again and again, unless health.triggers.dataInconsistency is false.")
        SqlCheck sql,
    @JsonPropertyDescription(
            "Names of the services that are checked. Default: all services of the migration.")
        @Size(min = 1, max = 64) List<@Size(min = 1, max = 40) String> services,
    @JsonPropertyDescription(
            "How long one attempt may take, as 5s or 10m; for a job, how long all of them may."
                + " Default 5s; for a job 10m.")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String timeout,
    @JsonPropertyDescription(
            "How many attempts a check has, 1 to 100: one second apart, and for a job a new pod"
                + " each, with the pauses of the Job controller (10 s, 20 s and so on). The check"
                + " passes when one attempt passes (on every pod, where it asks pods); those of sql"
                + " are one second apart too. A job's"
                + " template may have a backoffLimit of its own. Default 3.")
        @Default("3")
        @Min(1) @Max(100) Integer attempts) {}
