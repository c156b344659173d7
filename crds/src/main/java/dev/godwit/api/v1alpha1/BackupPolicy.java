package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Before which runs a database is backed up. */
public enum BackupPolicy {
  /** Before every run that moves a version. */
  @JsonProperty("Always")
  ALWAYS,
  /** Before a run that has something destructive in its plan, or that goes down. */
  @JsonProperty("OnDestructive")
  ON_DESTRUCTIVE,
  /** Before none. */
  @JsonProperty("Never")
  NEVER
}
