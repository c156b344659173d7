package dev.godwit.operator.schema;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A part of a catalogue's files, as much as a ConfigMap can hold. */
public record Bundle(SortedMap<String, String> files) {

  /** The most that the files have together with their names, in bytes of UTF-8. */
  public static final int MAX_BYTES = 900 * 1024;

  /** Copies the map. */
  public Bundle {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** SHA-256 of all names and texts, in lower-case hexadecimal. */
  public String hash() {
    StringBuilder all = new StringBuilder();
    files.forEach((name, text) -> all.append(name).append('\0').append(text).append('\0'));
    return Checksums.sha256(all.toString());
  }

  /** What a file adds to a bundle, in bytes. */
  static long size(String name, String text) {
    return (long) bytes(name) + bytes(text);
  }

  /** Of a file. */
  static long size(Map.Entry<String, String> file) {
    return size(file.getKey(), file.getValue());
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
