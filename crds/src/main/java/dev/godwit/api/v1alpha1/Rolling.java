package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The rolling strategy: service after service, and all of them back when one fails. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.gates) || !has(self.gates.betweenServices)"
            + " || !has(self.gates.betweenServices.delay)",
    message = "the delay between services is pauseBetween: leave betweenServices.delay out")
@ValidationRule(
    value = "self.retire != 'AfterEach' || !has(self.gates) || !has(self.gates.beforeCleanup)",
    message =
        "with retire: AfterEach there is no clean-up at the end: leave gates.beforeCleanup out, use"
            + " beforeSwitch")
@ValidationRule(
    value = "self.retire != 'AfterEach' || self.cleanup == 'Replace'",
    message =
        "retire: AfterEach goes with cleanup: Replace: the other clean-ups leave no original to roll"
            + " back to")
public record Rolling(
    @JsonPropertyDescription(
            "Checks against a service's new pods, out of rotation, as soon as they are ready. At"
                + " most 32.")
        @Size(max = 32) List<Check> smokeTests,
    @JsonPropertyDescription(
            "Checks against a service's new pods, out of rotation, after the smoke tests. At most"
                + " 32.")
        @Size(max = 32) List<Check> tests,
    @JsonPropertyDescription(
            "A service's new pods compared with its old ones under the same load, in its turn, after"
                + " the tests and before its traffic moves: response time, throughput, CPU and"
                + " memory. Default not at all.")
        Performance performance,
    @JsonPropertyDescription(
            "How many services that don't depend on each other move side by side, 1 to 64. They"
                + " begin each stage together. Default 1.")
        @Default("1")
        @Min(1) @Max(64) Integer maxConcurrent,
    @JsonPropertyDescription(
            "How long a service's new pods may take to become ready, and each later step may wait"
                + " for the pods that it needs, as 90s, 10m, 24h or 30d."
                + " Default 10m.")
        @Default("10m")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String deadline,
    @JsonPropertyDescription(
            "How long the guards watch a service after its switch before the next one begins, as"
                + " 90s, 10m, 24h or 30d; the guards of the services that have moved before stay"
                + " on. Default 10m.")
        @Default("10m")
        @ValidationRule(value = TimeSpan.ZERO_OR_MORE, message = TimeSpan.ZERO_OR_MORE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String monitor,
    @JsonPropertyDescription(
            "How long to wait between one service and the next, with the guards on, as 0s, 10m or"
                + " 24h. Default 0s.")
        @Default("0s")
        @ValidationRule(value = TimeSpan.ZERO_OR_MORE, message = TimeSpan.ZERO_OR_MORE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String pauseBetween,
    @JsonPropertyDescription(
            "How long all old versions stay whole after the last service has moved, with the"
                + " guards on, before the clean-up; as 0s, 10m, 24h or 30d. Default 0s.")
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
            "What is left at the end, when all services have moved: Replace (default), Delete, Keep"
                + " or Handover, as in blueGreen.")
        @Default("Replace")
        Cleanup cleanup,
    @JsonPropertyDescription(
            "When old versions are given up. AtEnd (default): after the last service, so that until"
                + " then every service that has moved goes back by one traffic switch; it needs"
                + " twice the pods in the end. AfterEach: a service is cleaned up when it has been"
                + " monitored, and its pods are doubled during its own turn only; going back takes"
                + " longer then, since the old version is brought back by a normal rollout. Goes"
                + " with cleanup: Replace.")
        @Default("AtEnd")
        Retire retire,
    @JsonPropertyDescription(
            "Where the migration waits for a person, a window or a delay. Default nowhere.")
        Gates gates)
    implements StrategySettings {}
