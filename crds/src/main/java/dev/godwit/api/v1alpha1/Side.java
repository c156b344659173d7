package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which version of a service has its traffic. */
public enum Side {
  /** The version that ran when the migration started. */
  @JsonProperty("Blue")
  BLUE,
  /** The version that the migration brings. */
  @JsonProperty("Green")
  GREEN
}
