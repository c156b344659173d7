package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Who wrote a field, as {@code metadata.managedFields} tells. */
public final class FieldManagers {

  /** The field manager of all writes of this operator. */
  public static final String GODWIT = "godwit";

  private FieldManagers() {}

  /**
   * The manager, other than this operator, that was the last to write something at or below a
   * field.
   *
   * @param path keys as in managedFields, as {@code f:spec}, {@code f:selector}
   */
  public static Optional<String> latestOf(HasMetadata object, String... path) {
    if (object.getMetadata().getManagedFields() == null) {
      return Optional.empty();
    }
    return object.getMetadata().getManagedFields().stream()
        .filter(entry -> !GODWIT.equals(entry.getManager()))
        .filter(entry -> owns(entry, path))
        .max(
            Comparator.comparing(
                (ManagedFieldsEntry entry) -> Optional.ofNullable(entry.getTime()).orElse("")))
        .map(ManagedFieldsEntry::getManager);
  }

  private static boolean owns(ManagedFieldsEntry entry, String... path) {
    if (entry.getFieldsV1() == null) {
      return false;
    }
    Object fields = entry.getFieldsV1().getAdditionalProperties();
    for (String key : path) {
      if (!(fields instanceof Map<?, ?> map) || !map.containsKey(key)) {
        return false;
      }
      fields = map.get(key);
    }
    return true;
  }
}
