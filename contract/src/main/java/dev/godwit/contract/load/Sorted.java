package dev.godwit.contract.load;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Unmodifiable maps in the order of their enum, so that the same result is the same text. */
final class Sorted {

  private Sorted() {}

  static <K extends Enum<K>, V> Map<K, V> copyOf(Class<K> keys, Map<K, V> map) {
    var copy = new EnumMap<K, V>(keys);
    copy.putAll(map);
    return Collections.unmodifiableMap(copy);
  }
}
