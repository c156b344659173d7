package dev.godwit.operator.simulation;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** An object's address. Sorted by kind and namespace, so that each of them is a range. */
record ObjectKey(String kind, String namespace, String name) implements Comparable<ObjectKey> {

  static ObjectKey of(HasMetadata object) {
    return new ObjectKey(
        object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  @Override
  public int compareTo(ObjectKey other) {
    int kinds = kind.compareTo(other.kind);
    int namespaces = kinds != 0 ? kinds : namespace.compareTo(other.namespace);
    return namespaces != 0 ? namespaces : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return kind + "/" + namespace + "/" + name;
  }
}
