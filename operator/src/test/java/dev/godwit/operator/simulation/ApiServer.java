package dev.godwit.operator.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.cluster.RejectedException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * An API server in memory: resource versions, UIDs, generations, conflicts, finalizers, defaults.
 *
 * <p>Objects that it hands out are never changed afterwards, and must not be changed by who gets
 * them: every write puts a new object in the place of the old one.
 */
final class ApiServer {

  /**
   * What watchers hear.
   *
   * @param object after the change; where it is gone, as it was last
   */
  record Event(ObjectKey key, HasMetadata object, boolean gone) {}

  /**
   * A write that was made.
   *
   * @param before null for a creation
   * @param after null where the object is gone
   */
  record Write(String actor, String verb, HasMetadata before, HasMetadata after) {

    HasMetadata object() {
      return after == null ? before : after;
    }
  }

  /** Hears of every write, after it was made. */
  interface Listener {
    void wrote(Write write);
  }

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final int LONGEST_NAME = 253;

  private final Supplier<Instant> clock;
  private final Listener listener;
  private final TreeMap<ObjectKey, HasMetadata> objects = new TreeMap<>();
  private final Map<String, List<Event>> events = new TreeMap<>();
  private long revision = 100;
  private int uids;
  private int addresses;

  ApiServer(Supplier<Instant> clock, Listener listener) {
    this.clock = clock;
    this.listener = listener;
  }

  @SuppressWarnings("unchecked") // a kind has one class
  <T extends HasMetadata> Optional<T> get(Class<T> kind, String namespace, String name) {
    return Optional.ofNullable(
        (T) objects.get(new ObjectKey(HasMetadata.getKind(kind), namespace, name)));
  }

  <T extends HasMetadata> List<T> list(Class<T> kind, String namespace) {
    String name = HasMetadata.getKind(kind);
    List<T> list = new ArrayList<>();
    // Nothing but the sort order makes this simulation fast enough.
    objects
        .subMap(new ObjectKey(name, namespace, ""), new ObjectKey(name, namespace + "\0", ""))
        .values()
        .forEach(object -> list.add(kind.cast(object)));
    return list;
  }

  /** All objects, in the order of their keys. */
  List<HasMetadata> all() {
    return List.copyOf(objects.values());
  }

  boolean has(HasMetadata object) {
    HasMetadata present = objects.get(ObjectKey.of(object));
    return present != null && present.getMetadata().getUid().equals(object.getMetadata().getUid());
  }

  /** The events of a kind, the oldest first. */
  List<Event> events(String kind) {
    return events.computeIfAbsent(kind, unknown -> new ArrayList<>());
  }

  <T extends HasMetadata> T create(String actor, T object) {
    ObjectKey key = ObjectKey.of(object);
    if (!NAME.matcher(key.name()).matches() || key.name().length() > LONGEST_NAME) {
      throw new RejectedException(key + ": metadata.name is no DNS subdomain", null);
    }
    if (objects.containsKey(key)) {
      throw new ConflictException(key + " already exists", null);
    }
    ObjectMeta metadata =
        new ObjectMetaBuilder(object.getMetadata())
            .withUid("uid-" + ++uids)
            .withGeneration(1L)
            .withCreationTimestamp(clock.get().toString())
            .withResourceVersion(next())
            .build();
    T created = withMetadata(object, metadata);
    defaults(created);
    return put(new Write(actor, "create", null, created), created);
  }

  /** Changes an object as it was seen: 409 where it has changed since, or is gone. */
  <T extends HasMetadata> T replace(String actor, T seen, T changed) {
    HasMetadata present = present(seen);
    T next = withMetadata(changed, changed.getMetadata());
    defaults(next);
    if (Json.tree(next).equals(Json.tree(present))) {
      return seen;
    }
    boolean spec = !at(Json.tree(next), "spec").equals(at(Json.tree(present), "spec"));
    return bump(actor, present, next, spec);
  }

  /** Changes a status; not checked for conflicts, since each status has one writer here. */
  <T extends HasMetadata> void status(String actor, T changed) {
    HasMetadata present = objects.get(ObjectKey.of(changed));
    if (present == null || present.equals(changed)) {
      return;
    }
    bump(actor, present, withMetadata(changed, changed.getMetadata()), false);
  }

  /** Puts a status, as it comes through JSON, in the place of the one before. */
  Migration recordStatus(String actor, Migration seen, MigrationStatus status) {
    Migration present = (Migration) present(seen);
    MigrationStatus parsed = Json.object(Json.tree(status), MigrationStatus.class);
    if (parsed.equals(present.getStatus())) {
      return present;
    }
    Migration next = Shallow.copy(present, present.getMetadata());
    next.setStatus(parsed);
    return bump(actor, present, next, false);
  }

  /** Puts a status in the place of the one before. */
  MigrationApproval recordStatus(
      String actor, MigrationApproval seen, MigrationApprovalStatus status) {
    MigrationApproval present = (MigrationApproval) present(seen);
    if (status.equals(present.getStatus())) {
      return present;
    }
    MigrationApproval next = Shallow.copy(present, present.getMetadata());
    next.setStatus(status);
    return bump(actor, present, next, false);
  }

  /** JSON merge patch on the object as it was seen. */
  @SuppressWarnings("unchecked") // the class of an object is the class of its kind
  <T extends HasMetadata> T patch(String actor, T seen, JsonNode patch, boolean strategic) {
    HasMetadata present = present(seen);
    JsonNode before = Json.tree(present);
    ObjectNode tree =
        (ObjectNode) (strategic ? Json.strategicMerge(before, patch) : Json.merge(before, patch));
    T next = (T) Json.object(tree, seen.getClass());
    defaults(next);
    JsonNode after = Json.tree(next);
    if (after.equals(before)) {
      return (T) present;
    }
    return bump(actor, present, next, !at(after, "spec").equals(at(before, "spec")));
  }

  /** Puts values in the place of what is there, by JSON pointer, in the object as it was seen. */
  @SuppressWarnings("unchecked") // the class of an object is the class of its kind
  <T extends HasMetadata> T replaceValues(String actor, T seen, Map<String, JsonNode> values) {
    HasMetadata present = present(seen);
    JsonNode before = Json.tree(present);
    JsonNode after = before.deepCopy();
    values.forEach(
        (pointer, value) -> {
          int last = pointer.lastIndexOf('/');
          ((ObjectNode) after.at(pointer.substring(0, last)))
              .set(pointer.substring(last + 1), value);
        });
    T next = (T) Json.object(after, seen.getClass());
    defaults(next);
    return Json.tree(next).equals(before) ? (T) present : bump(actor, present, next, true);
  }

  /** Deletes an object; a pod goes on for its grace period. */
  void deleteGracefully(String actor, HasMetadata seen) {
    HasMetadata present = objects.get(ObjectKey.of(seen));
    if (!(present instanceof Pod pod)) {
      delete(actor, seen);
      return;
    }
    if (!pod.getMetadata().getUid().equals(seen.getMetadata().getUid())) {
      throw new ConflictException(ObjectKey.of(seen) + " is another object by now", null);
    }
    if (pod.getMetadata().getDeletionTimestamp() == null) {
      ending(actor, pod, clock.get());
    }
  }

  /** What a patch would make of a pod template. */
  <T extends HasMetadata> T dryRun(T seen, JsonNode patch) {
    HasMetadata present = present(seen);
    @SuppressWarnings("unchecked") // the class of an object is the class of its kind
    Class<T> type = (Class<T>) seen.getClass();
    return Json.object(Json.strategicMerge(Json.tree(present), patch), type);
  }

  /** Deletes an object; one with finalizers stays until the last of them is removed. */
  void delete(String actor, HasMetadata seen) {
    ObjectKey key = ObjectKey.of(seen);
    HasMetadata present = objects.get(key);
    if (present == null) {
      return;
    }
    if (!present.getMetadata().getUid().equals(seen.getMetadata().getUid())) {
      throw new ConflictException(key + " is another object by now", null);
    }
    boolean kept = !present.getMetadata().getFinalizers().isEmpty();
    if (kept && present.getMetadata().getDeletionTimestamp() == null) {
      ending(actor, present, clock.get());
    } else if (!kept) {
      remove(actor, "delete", present);
    }
  }

  /** Marks an object as one that ends. */
  <T extends HasMetadata> T ending(String actor, T present, Instant when) {
    ObjectMeta metadata =
        new ObjectMetaBuilder(present.getMetadata()).withDeletionTimestamp(when.toString()).build();
    return bump(actor, present, withMetadata(present, metadata), false);
  }

  private void remove(String actor, String verb, HasMetadata present) {
    objects.remove(ObjectKey.of(present));
    revision++;
    record(new Event(ObjectKey.of(present), present, true));
    listener.wrote(new Write(actor, verb, present, null));
  }

  private HasMetadata present(HasMetadata seen) {
    ObjectKey key = ObjectKey.of(seen);
    HasMetadata present = objects.get(key);
    if (present == null) {
      throw new ConflictException(key + " not found", null);
    }
    if (!present
        .getMetadata()
        .getResourceVersion()
        .equals(seen.getMetadata().getResourceVersion())) {
      throw new ConflictException(key + " has been modified", null);
    }
    return present;
  }

  private <T extends HasMetadata> T bump(
      String actor, HasMetadata present, T next, boolean specChanged) {
    ObjectMetaBuilder metadata =
        new ObjectMetaBuilder(next.getMetadata()).withResourceVersion(next());
    if (specChanged) {
      metadata.withGeneration(present.getMetadata().getGeneration() + 1);
    }
    noteSelector(actor, present, next, metadata);
    T bumped = withMetadata(next, metadata.build());
    boolean gone =
        bumped.getMetadata().getDeletionTimestamp() != null
            && present.getMetadata().getDeletionTimestamp() != null
            && bumped.getMetadata().getFinalizers().isEmpty()
            && !present.getMetadata().getFinalizers().isEmpty();
    if (gone) {
      objects.put(ObjectKey.of(bumped), bumped);
      remove(actor, "let go of", bumped);
      return bumped;
    }
    return put(new Write(actor, "change", present, bumped), bumped);
  }

  /** Who set a Service's selector is told from managedFields; the rest of them nobody reads. */
  private void noteSelector(
      String actor, HasMetadata present, HasMetadata next, ObjectMetaBuilder metadata) {
    if (present instanceof Service before
        && next instanceof Service after
        && !after.getSpec().getSelector().equals(before.getSpec().getSelector())) {
      ManagedFieldsEntry entry =
          Json.object(
              Json.tree(
                  Map.of(
                      "manager",
                      actor,
                      "time",
                      clock.get().truncatedTo(ChronoUnit.SECONDS).toString(),
                      "fieldsV1",
                      Map.of("f:spec", Map.of("f:selector", Map.of())))),
              ManagedFieldsEntry.class);
      metadata.withManagedFields(entry);
    }
  }

  private <T extends HasMetadata> T put(Write write, T object) {
    objects.put(ObjectKey.of(object), object);
    record(new Event(ObjectKey.of(object), object, false));
    listener.wrote(write);
    return object;
  }

  private void record(Event event) {
    events(event.key().kind()).add(event);
  }

  private String next() {
    return Long.toString(++revision);
  }

  private void defaults(HasMetadata object) {
    if (object instanceof HorizontalPodAutoscaler autoscaler) {
      AutoscalerDefaults.apply(autoscaler);
    }
    if (object instanceof StatefulSet set) {
      StatefulSetDefaults.apply(set);
    }
    if (object instanceof Service service && service.getSpec().getClusterIP() == null) {
      service.getSpec().setClusterIP("10.96.0." + ++addresses);
    }
  }

  private static JsonNode at(JsonNode tree, String field) {
    return tree.path(field);
  }

  private static <T extends HasMetadata> T withMetadata(T object, ObjectMeta metadata) {
    return Shallow.copy(object, metadata);
  }
}
