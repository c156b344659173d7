package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A person's answer to a gate. */
public enum ApprovalDecision {
  /** The migration may go on. */
  @JsonProperty("Approve")
  APPROVE,
  /** The migration must not go on: it fails. */
  @JsonProperty("Deny")
  DENY
}
