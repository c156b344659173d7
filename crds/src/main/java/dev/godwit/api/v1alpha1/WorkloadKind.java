package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Kinds of workload that can be migrated. */
public enum WorkloadKind {
  /** {@code apps/v1} Deployment. */
  @JsonProperty("Deployment")
  DEPLOYMENT
}
