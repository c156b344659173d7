package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The blue-green strategy: green beside blue, checks, one switch, guards, clean-up. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!has(self.gates) || !has(self.gates.betweenServices)",
    message =
        "blueGreen moves all services at once: betweenServices is a gate of rolling, use"
            + " beforeSwitch")
public record BlueGreen(
    @JsonPropertyDescription(
            "Checks against green's pods, out of rotation, as soon as they are ready. At most 32.")
        @Size(max = 32) List<Check> smokeTests,
    @JsonPropertyDescription(
            "Checks against green's pods, out of rotation, after the smoke tests. At most 32.")
        @Size(max = 32) List<Check> tests,
    @JsonPropertyDescription(
            "Green compared with blue under the same load, after the tests and before any traffic"
                + " moves: response time, throughput, CPU and memory. Default not at all.")
        Performance performance,
    @JsonPropertyDescription(
            "How long green may take to become ready, and each later step may wait for the pods that"
                + " it needs, as 90s, 10m, 24h or 30d. Default 10m.")
        @Default("10m")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String deadline,
    @JsonPropertyDescription(
            "How long the guards watch green after the switch before the migration goes on, as"
                + " 90s, 10m, 24h or 30d. Default 10m.")
        @Default("10m")
        @ValidationRule(value = TimeSpan.ZERO_OR_MORE, message = TimeSpan.ZERO_OR_MORE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String monitor,
    @JsonPropertyDescription(
            "How long blue stays whole after monitoring, with the guards on, before the clean-up;"
                + " as 0s, 10m, 24h or 30d. Default 0s.")
        @Default("0s")
        @ValidationRule(value = TimeSpan.ZERO_OR_MORE, message = TimeSpan.ZERO_OR_MORE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String stability,
    @JsonPropertyDescription(
            "How long pods stay after traffic has left them, so that open connections finish, as"
                + " 30s or 10m. Default 30s.")
        @Default("30s")
        @ValidationRule(value = TimeSpan.ZERO_OR_MORE, message = TimeSpan.ZERO_OR_MORE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String drain,
    @JsonPropertyDescription(
            "What is left at the end. Replace (default): the original workload on the new version,"
                + " nothing else. Delete: green only. Keep: both. Handover: as Replace, but whoever"
                + " owns the original workload (a GitOps tool, say) brings it to the new version;"
                + " the migration reports success while green serves and waits for that.")
        @Default("Replace")
        Cleanup cleanup,
    @JsonPropertyDescription(
            "Where the migration waits for a person, a window or a delay. Default nowhere.")
        Gates gates)
    implements StrategySettings {}
