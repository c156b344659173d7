package dev.godwit.operator.cluster;

/**
 * A right that the operator needs.
 *
 * @param resource plural, with its subresource where there is one, as {@code pods/log}
 */
public record Permission(String verb, String group, String resource) {

  @Override
  public String toString() {
    return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
  }
}
