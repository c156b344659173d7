package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a schema is brought to a later version or to an earlier one. */
public enum SchemaDirection {
  /** To a later version: up is run. */
  @JsonProperty("Up")
  UP,
  /** To an earlier version: down is run, the latest version first. */
  @JsonProperty("Down")
  DOWN
}
