package dev.godwit.contract.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/** The classes of HTTP status codes that end an exchange; {@code 1xx} never does. */
public enum StatusClass {
  /** 200 to 299. */
  @JsonProperty("2xx")
  SUCCESS,
  /** 300 to 399; redirects are not followed. */
  @JsonProperty("3xx")
  REDIRECT,
  /** 400 to 499. */
  @JsonProperty("4xx")
  CLIENT_ERROR,
  /** 500 to 599. */
  @JsonProperty("5xx")
  SERVER_ERROR;

  private static final int LOWEST = 2;
  private static final int WIDTH = 100;

  /** The class of a status code, or nothing when it has none of these. */
  public static Optional<StatusClass> of(int status) {
    int index = status / WIDTH - LOWEST;
    return index < 0 || index >= values().length ? Optional.empty() : Optional.of(values()[index]);
  }
}
