package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When the old version of a service that has moved is given up. */
public enum Retire {
  /** After the last service: until then going back is one traffic switch a service. */
  @JsonProperty("AtEnd")
  AT_END,
  /** After the service's own turn: going back then takes a rollout of the old version. */
  @JsonProperty("AfterEach")
  AFTER_EACH
}
