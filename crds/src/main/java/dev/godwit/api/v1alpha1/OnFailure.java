package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a failure leads to. */
public enum OnFailure {
  /** Everything goes back by itself. */
  @JsonProperty("Rollback")
  ROLLBACK,
  /** The migration stops where it is and waits for a person. */
  @JsonProperty("Pause")
  PAUSE
}
