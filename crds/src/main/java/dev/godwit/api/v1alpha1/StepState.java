package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What has become of a step. */
public enum StepState {
  /** Not begun: nothing was written for it. */
  @JsonProperty("Pending")
  PENDING,
  /** Begun. */
  @JsonProperty("Running")
  RUNNING,
  /** Ended as it should. */
  @JsonProperty("Done")
  DONE,
  /** Ended otherwise; the message says why. */
  @JsonProperty("Failed")
  FAILED,
  /** Being taken back. */
  @JsonProperty("Undoing")
  UNDOING,
  /** Can't be taken back for now; the message says why, and it is tried again. */
  @JsonProperty("UndoFailed")
  UNDO_FAILED,
  /** Taken back. */
  @JsonProperty("Undone")
  UNDONE
}
