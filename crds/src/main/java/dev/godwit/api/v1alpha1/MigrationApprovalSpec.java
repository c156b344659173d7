package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What a person answers to a gate. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationApprovalSpec(
    @JsonPropertyDescription(
            "Whose gate it is: that of a Migration (default), or of a SchemaMigration.")
        @Default("Migration")
        MigrationKind kind,
    @JsonPropertyDescription("Name of the Migration or SchemaMigration, in the same namespace.")
        @Required
        @Size(min = 1, max = 63) String migration,
    @JsonPropertyDescription(
            "Name of the gate, as the status of the migration says it: that of the approval, in"
                + " rolling with the number of the turn, as go-live-2.")
        @Required
        @Size(min = 1, max = 45) String gate,
    @JsonPropertyDescription("Approve or Deny. A denial is stronger than any approval.") @Required
        ApprovalDecision decision,
    @JsonPropertyDescription("Why, at most 512 characters; kept in the journal.") @Size(max = 512) String comment,
    @JsonPropertyDescription(
            "The plan that it is given for: status.planHash of the migration. For another plan it"
                + " does not count.")
        @Required
        @ValidationRule(
            value = "self.matches('^[0-9a-f]{16}$')",
            message = "write status.planHash of the migration: 16 hexadecimal digits")
        @Size(min = 16, max = 16) String planHash,
    @JsonPropertyDescription(
            "Who says so: the user that applies this, as kubectl auth whoami says it. The API"
                + " server refuses another name (the chart's admission.approvals).")
        @Required
        @Size(min = 1, max = 256) String approvedBy) {

  /** One that does not say the kind is of a Migration, as the API server's default has it. */
  public MigrationApprovalSpec {
    kind = kind == null ? MigrationKind.MIGRATION : kind;
  }
}
