package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of blue and green when green has proved itself. */
public enum Cleanup {
  /** The original workload is brought to the new version and serves again; green is removed. */
  @JsonProperty("Replace")
  REPLACE,
  /** Blue is deleted and green stays. */
  @JsonProperty("Delete")
  DELETE,
  /** Both stay: green serves, blue stands by. */
  @JsonProperty("Keep")
  KEEP,
  /** As Replace, but the owner of the original workload brings it to the new version. */
  @JsonProperty("Handover")
  HANDOVER
}
