package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a check stands. */
public enum CheckState {
  /** Not made yet. */
  @JsonProperty("Pending")
  PENDING,
  /** Within its limits, or answered well. */
  @JsonProperty("Good")
  GOOD,
  /** Out of its limits, or not answered well. */
  @JsonProperty("Bad")
  BAD,
  /** There are too few samples, or none. */
  @JsonProperty("NoData")
  NO_DATA,
  /** The provider can't be asked. */
  @JsonProperty("Unavailable")
  UNAVAILABLE
}
