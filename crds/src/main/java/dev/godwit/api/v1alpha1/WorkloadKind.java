package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Kinds of workload that can be migrated. */
public enum WorkloadKind {
  /** {@code apps/v1} Deployment. */
  @JsonProperty("Deployment")
  DEPLOYMENT("Deployment"),
  /** {@code apps/v1} StatefulSet; upgraded in place. */
  @JsonProperty("StatefulSet")
  STATEFUL_SET("StatefulSet");

  private final String word;

  WorkloadKind(String word) {
    this.word = word;
  }

  /** The kind as Kubernetes writes it. */
  public String word() {
    return word;
  }
}
