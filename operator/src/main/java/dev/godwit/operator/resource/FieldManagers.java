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

  /**
   * The entries of an object without those of this operator; empty where it has none. No entry at
   * all is written as one that is blank: a list without entries would change nothing (<a
   * href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields">Clearing
   * managedFields</a>).
   */
  static Optional<List<ManagedFieldsEntry>> withoutOurs(HasMetadata object) {
    List<ManagedFieldsEntry> all =
        Optional.ofNullable(object.getMetadata().getManagedFields()).orElse(List.of());
    List<ManagedFieldsEntry> others =
        all.stream().filter(entry -> !GODWIT.equals(entry.getManager())).toList();
    if (others.size() == all.size()) {
      return Optional.empty();
    }
    return Optional.of(others.isEmpty() ? List.of(new ManagedFieldsEntry()) : others);
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
