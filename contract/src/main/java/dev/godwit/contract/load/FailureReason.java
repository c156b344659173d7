package dev.godwit.contract.load;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a request that was due was not answered as expected. */
public enum FailureReason {
  /** An answer of a status class that is not expected. */
  @JsonProperty("unexpectedStatus")
  UNEXPECTED_STATUS,
  /** No whole answer within the timeout, counted from the moment the request was due. */
  @JsonProperty("timedOut")
  TIMED_OUT,
  /** No connection could be opened. */
  @JsonProperty("notConnected")
  NOT_CONNECTED,
  /** The connection broke before the whole answer had come, or the answer was not HTTP/1.1. */
  @JsonProperty("broken")
  BROKEN,
  /** Never sent: as many requests as may be under way were already. */
  @JsonProperty("dropped")
  DROPPED
}
