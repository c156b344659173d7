package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import java.util.stream.Stream;

/** Where a migration waits for a person, a window or a delay. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.beforeSwitch) || has(self.betweenServices) || has(self.beforeCleanup)",
    message =
        "set at least one of beforeSwitch, betweenServices and beforeCleanup, or leave gates out")
@ValidationRule(
    value =
        "[(has(self.beforeSwitch) && has(self.beforeSwitch.approval) ?"
            + " [self.beforeSwitch.approval.name] : [])"
            + " + (has(self.betweenServices) && has(self.betweenServices.approval) ?"
            + " [self.betweenServices.approval.name] : [])"
            + " + (has(self.beforeCleanup) && has(self.beforeCleanup.approval) ?"
            + " [self.beforeCleanup.approval.name] : [])]"
            + ".all(names, names.all(n, names.exists_one(o, o == n || o.startsWith(n + '-'))))",
    message =
        "two approvals have the same name, or one begins with the other and a hyphen: in rolling a"
            + " name gets the number of the turn, as in go-live-2, and must stay unique")
public record Gates(
    @JsonPropertyDescription(
            "Holds before traffic moves: in blueGreen before the switch, in rolling before each"
                + " turn's (its approval is named NAME-TURN there, as in go-live-2).")
        Gate beforeSwitch,
    @JsonPropertyDescription(
            "Holds in rolling before each turn but the first; its approval is named NAME-TURN, as"
                + " in next-2. A plain delay there is rolling.pauseBetween.")
        Gate betweenServices,
    @JsonPropertyDescription(
            "Holds after stability, before the first step of the clean-up, while there is still a"
                + " way back.")
        Gate beforeCleanup) {

  /** Those that are set. */
  public Stream<Gate> all() {
    return Stream.of(beforeSwitch, betweenServices, beforeCleanup).filter(Objects::nonNull);
  }
}
