package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
    return latest(object, false, path).map(ManagedFieldsEntry::getManager);
  }

  /** When a manager other than this operator last wrote there; to the second. */
  public static Optional<Instant> othersWroteAt(HasMetadata object, String... path) {
    return latest(object, false, path).map(ManagedFieldsEntry::getTime).map(Instant::parse);
  }

  /** When this operator last wrote there; to the second. */
  public static Optional<Instant> godwitWroteAt(HasMetadata object, String... path) {
    return latest(object, true, path).map(ManagedFieldsEntry::getTime).map(Instant::parse);
  }

  private static Optional<ManagedFieldsEntry> latest(
      HasMetadata object, boolean own, String... path) {
    return Stream.ofNullable(object.getMetadata().getManagedFields())
        .flatMap(List::stream)
        .filter(entry -> GODWIT.equals(entry.getManager()) == own)
        .filter(entry -> owns(entry, path))
        .max(
            Comparator.comparing(
                (ManagedFieldsEntry entry) -> Optional.ofNullable(entry.getTime()).orElse("")));
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
