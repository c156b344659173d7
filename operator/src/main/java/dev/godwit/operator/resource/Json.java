package dev.godwit.operator.resource;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What turns objects into JSON and back. One for all: each keeps what it has found out about a
 * type, and that of pods is megabytes.
 */
final class Json {

  /** With Jackson's defaults, and never configured otherwise. */
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}
}
