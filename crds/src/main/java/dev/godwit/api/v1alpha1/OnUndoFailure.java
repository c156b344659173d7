package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens on the way back when a service can't be taken back. */
public enum OnUndoFailure {
  /** The other services go back all the same. */
  @JsonProperty("Continue")
  CONTINUE,
  /** Nothing else goes back until it can be. */
  @JsonProperty("Stop")
  STOP
}
