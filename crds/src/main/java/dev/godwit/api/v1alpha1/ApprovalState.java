package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What became of a person's answer. */
public enum ApprovalState {
  /** It counts when the migration reaches the gate. */
  @JsonProperty("Pending")
  PENDING,
  /** It was the answer of its gate. */
  @JsonProperty("Accepted")
  ACCEPTED,
  /** It does not count; the message says why. */
  @JsonProperty("Void")
  VOID
}
