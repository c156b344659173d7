package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a migration whose metrics can't be asked for. */
public enum OnProviderError {
  /** It waits for the provider, and fails when it has waited too long. */
  @JsonProperty("Hold")
  HOLD,
  /** It fails when the provider was away for longer than the patience with it. */
  @JsonProperty("Fail")
  FAIL
}
