package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of the versions of a schema when the Migration that has brought them goes back. */
public enum OnRollback {
  /** They are taken back by their down. */
  @JsonProperty("TakeBack")
  TAKE_BACK,
  /** The database keeps them. */
  @JsonProperty("Keep")
  KEEP
}
