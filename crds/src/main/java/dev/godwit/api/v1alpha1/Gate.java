package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * What a migration waits for before it goes on: first the delay, then the approval, then the
 * window. Guards stay on meanwhile, and a rollback never waits for a gate.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.approval) || has(self.window) || has(self.delay)",
    message = "set at least one of approval, window and delay, or leave the gate out")
public record Gate(
    @JsonPropertyDescription("A person says yes or no, by a MigrationApproval.") Approval approval,
    @JsonPropertyDescription(
            "The stage that is guarded begins only inside a window, and before traffic moves only"
                + " if what remains of it is enough for monitor; otherwise it waits for the next.")
        Window window,
    @JsonPropertyDescription("How long to wait first, as 10m or 24h. Default none.")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String delay) {

  /** A person's word. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Approval(
      @JsonPropertyDescription(
              "What a MigrationApproval calls this gate, at most 40 characters, as go-live.")
          @Required
          @Size(min = 1, max = 40) @ValidationRule(value = DnsName.LABEL, message = DnsName.LABEL_MESSAGE)
          String name,
      @JsonPropertyDescription(
              "How long to wait for an answer, from when the gate is reached, as 90s, 10m, 24h or"
                  + " 30d. Default 24h.")
          @Default("24h")
          @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
          @Size(max = TimeSpan.MAX_LENGTH) String timeout,
      @JsonPropertyDescription(
              "What no answer leads to. Fail (default): the migration fails, which goes the way of"
                  + " onFailure. Proceed: it goes on.")
          @Default("Fail")
          OnTimeout onTimeout,
      @JsonPropertyDescription(
              "True refuses the word of the user that created the Migration, who must be named in"
                  + " spec.createdBy. Default false.")
          @Default("false")
          Boolean separationOfDuties) {}

  /** A time in which something may begin. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Window(
      @JsonPropertyDescription(
              "When it opens: a cron expression of minute, hour, day of month, month and day of"
                  + " week, as in 0 2 * * SUN, by the clock of timeZone. Where both days are"
                  + " restricted, either opens it. A time that a change of the clock skips opens"
                  + " it as much later; one that comes twice opens it the first time.")
          @Required
          @Size(min = 9, max = 100) @ValidationRule(
              value = "self.matches('^[-0-9A-Za-z*/,]+( [-0-9A-Za-z*/,]+){4}$')",
              message =
                  "write five fields, one blank apart: minute, hour, day of month, month and day of"
                      + " week, as in 0 2 * * SUN")
          String schedule,
      @JsonPropertyDescription(
              "How long it stays open, as 30m or 4h; at most from one opening to the next, and in a"
                  + " Migration at least a minute more than monitor.")
          @Required
          @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
          @Size(max = TimeSpan.MAX_LENGTH) String duration,
      @JsonPropertyDescription("Name of a time zone, as Europe/Berlin. Default UTC.")
          @Default("UTC")
          @Size(min = 1, max = 64) String timeZone) {}
}
