package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The way a migration goes. */
public enum Direction {
  /** Towards the new version. */
  @JsonProperty("Forward")
  FORWARD,
  /** Back to the version that ran at the start. */
  @JsonProperty("Backward")
  BACKWARD
}
