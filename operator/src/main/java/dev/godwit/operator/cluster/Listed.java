package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;

/**
 * The objects of several kinds.
 *
 * @param objects by kind: those of a kind are of its class
 */
public record Listed(Map<Class<? extends HasMetadata>, List<? extends HasMetadata>> objects) {

  /** Copies the map. */
  public Listed {
    objects = Map.copyOf(objects);
  }

  /**
   * The objects of a kind.
   *
   * @throws IllegalArgumentException if the kind was not asked for
   */
  @SuppressWarnings("unchecked") // see objects
  public <T extends HasMetadata> List<T> of(Class<T> kind) {
    if (!objects.containsKey(kind)) {
      throw new IllegalArgumentException(kind + " was not listed");
    }
    return (List<T>) objects.get(kind);
  }
}
