package dev.godwit.operator.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A range of IP addresses.
 *
 * @param prefix an address in it
 * @param bits how many bits of the prefix all addresses share
 */
public record Network(InetAddress prefix, int bits) {

  /**
   * Reads what is written as in {@code 10.0.0.0/8}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Network parse(String text) {
    String[] parts = text.split("/", 2);
    if (parts.length != 2
        || !parts[0].matches("[0-9a-fA-F:.]+")
        || !parts[1].matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("'" + text + "' is not a network, as 10.0.0.0/8 is one");
    }
    try {
      InetAddress prefix = InetAddress.getByName(parts[0]);
      int bits = Integer.parseInt(parts[1]);
      if (bits > prefix.getAddress().length * Byte.SIZE) {
        throw new IllegalArgumentException("'" + text + "' has too many bits");
      }
      return new Network(prefix, bits);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + text + "' is not a network", e);
    }
  }

  /** Whether an address is in it. */
  boolean contains(InetAddress address) {
    byte[] mine = prefix.getAddress();
    byte[] other = address.getAddress();
    if (other.length != mine.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 1 << (Byte.SIZE - 1 - bit % Byte.SIZE);
      if ((mine[bit / Byte.SIZE] & mask) != (other[bit / Byte.SIZE] & mask)) {
        return false;
      }
    }
    return true;
  }
}
