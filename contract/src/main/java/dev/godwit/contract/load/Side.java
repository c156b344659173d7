package dev.godwit.contract.load;

import com.fasterxml.jackson.annotation.JsonProperty;

/** One of the two versions that are compared. */
public enum Side {
  /** The version that runs. */
  @JsonProperty("blue")
  BLUE,
  /** The version that is to come. */
  @JsonProperty("green")
  GREEN
}
