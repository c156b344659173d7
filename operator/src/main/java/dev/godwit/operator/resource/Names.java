package dev.godwit.operator.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names that are made of other names and must not grow too long. */
final class Names {

  /** The longest label value, and the longest name of a Job whose pods can be labelled with it. */
  static final int LABEL_LENGTH = 63;

  /** The longest name of most objects. */
  static final int OBJECT_LENGTH = 253;

  private static final int HASH_LENGTH = 8;

  private Names() {}

  /**
   * The base with the suffix; a base that leaves no room for it is cut, and told from others of the
   * same beginning by a hash of the whole.
   */
  static String suffixed(String base, String suffix, int longest) {
    if (base.length() + suffix.length() <= longest) {
      return base + suffix;
    }
    int room = longest - suffix.length() - HASH_LENGTH - 1;
    return cut(base, room) + "-" + hash(base, HASH_LENGTH) + suffix;
  }

  /** The beginning of a text, ending in a letter or a digit. */
  static String cut(String text, int longest) {
    int end = Math.min(text.length(), longest);
    while (end > 0 && !Character.isLetterOrDigit(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** The first hexadecimal digits of the SHA-256 of a text. */
  static String hash(String text, int digits) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(sum).substring(0, digits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
