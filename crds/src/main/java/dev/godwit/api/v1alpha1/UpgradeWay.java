package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a service comes to its new version. */
public enum UpgradeWay {
  /** New pods are made beside the old ones, and traffic is switched. */
  @JsonProperty("Replace")
  REPLACE,
  /** The workload itself is upgraded, member by member, each out of rotation meanwhile. */
  @JsonProperty("InPlace")
  IN_PLACE
}
