package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What it leads to when nobody has answered an approval in time. */
public enum OnTimeout {
  /** The migration fails, which goes the way of {@code onFailure}. */
  @JsonProperty("Fail")
  FAIL,
  /** The migration goes on. */
  @JsonProperty("Proceed")
  PROCEED
}
