package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a migration whose metric has no value, or one of too few samples. */
public enum OnNoData {
  /** It waits for data, and fails when it has waited too long. */
  @JsonProperty("Hold")
  HOLD,
  /** It fails when the time of watching is over. */
  @JsonProperty("Fail")
  FAIL,
  /** It goes on. */
  @JsonProperty("Pass")
  PASS
}
