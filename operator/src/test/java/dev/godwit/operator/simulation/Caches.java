package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.cluster.ResourceVersions;
import dev.godwit.operator.cluster.Urgency;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.simulation.ApiServer.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What one process of the operator has heard of the cluster: for each kind that is watched, the
 * state after so many of its events, and over it what the process itself has written since.
 */
final class Caches {

  /** The kinds that are watched where they carry the label of a migration. */
  static final List<Class<? extends HasMetadata>> HELD =
      List.of(
          Deployment.class,
          StatefulSet.class,
          ControllerRevision.class,
          Service.class,
          EndpointSlice.class,
          Job.class);

  private static final List<String> WATCHED =
      Stream.concat(
              HELD.stream(),
              Stream.of(Pod.class, Migration.class, MigrationApproval.class, SchemaMigration.class))
          .map(HasMetadata::getKind)
          .toList();

  private final ApiServer server;
  private final Map<String, Integer> heard = new HashMap<>();
  private final TreeMap<ObjectKey, HasMetadata> state = new TreeMap<>();
  private final Map<ObjectKey, Written> written = new HashMap<>();

  /** An own write; {@code after} is empty where the object was deleted. */
  private record Written(HasMetadata before, Optional<HasMetadata> after) {

    boolean isIn(Event event) {
      String uid = before.getMetadata().getUid();
      if (!uid.equals(event.object().getMetadata().getUid())) {
        return true;
      }
      return event.gone()
          || (after.isPresent() && !ResourceVersions.isNewer(after.get(), event.object()));
    }
  }

  Caches(ApiServer server) {
    this.server = server;
    WATCHED.forEach(kind -> heard.put(kind, 0));
  }

  /** Whether changes of such an object are heard of. */
  static boolean isWatched(HasMetadata object) {
    return WATCHED.contains(object.getKind());
  }

  /** Hears everything there is, as after a start. */
  void catchUp() {
    WATCHED.forEach(kind -> hear(kind, Integer.MAX_VALUE));
  }

  /** How far behind it is, in events. */
  int behind() {
    return WATCHED.stream().mapToInt(kind -> server.events(kind).size() - heard.get(kind)).sum();
  }

  /**
   * Hears some of what it has not heard yet, of each kind apart from the others.
   *
   * @return how much of it matters to a migration
   */
  News hearSome(RandomGenerator random) {
    News most = News.NONE;
    for (String kind : WATCHED) {
      int waiting = server.events(kind).size() - heard.get(kind);
      if (waiting > 0) {
        most = most.or(hear(kind, random.nextInt(3) == 0 ? random.nextInt(waiting + 1) : waiting));
      }
    }
    return most;
  }

  private News hear(String kind, int most) {
    List<Event> events = server.events(kind);
    int from = heard.get(kind);
    int to = (int) Math.min(events.size(), (long) from + most);
    News news = News.NONE;
    for (Event event : events.subList(from, to)) {
      news = news.or(news(event));
      hear(event);
    }
    heard.put(kind, to);
    return news;
  }

  /** A SchemaMigration is watched while a Migration holds it. */
  private News news(Event event) {
    HasMetadata before = state.get(event.key());
    if (event.object() instanceof SchemaMigration now
        && Marks.holder(now).isEmpty()
        && (before == null || Marks.holder(before).isEmpty())) {
      return News.NONE;
    }
    boolean urgent = before == null || event.gone() || Urgency.isUrgent(before, event.object());
    return urgent ? News.URGENT : News.CAN_WAIT;
  }

  private void hear(Event event) {
    Written mine = written.get(event.key());
    if (mine != null && mine.isIn(event)) {
      written.remove(event.key());
    }
    if (event.gone()) {
      state.remove(event.key());
    } else {
      state.put(event.key(), event.object());
    }
  }

  /** Takes note of an own creation or change. */
  void wrote(HasMetadata after) {
    note(new Written(after, Optional.of(after)));
  }

  /** Takes note of an own deletion. */
  void deleted(HasMetadata seen) {
    note(new Written(seen, Optional.empty()));
  }

  private void note(Written mine) {
    HasMetadata known = state.get(ObjectKey.of(mine.before()));
    boolean overtaken = known != null && mine.isIn(new Event(ObjectKey.of(known), known, false));
    if (overtaken) {
      written.remove(ObjectKey.of(mine.before()));
    } else {
      written.put(ObjectKey.of(mine.before()), mine);
    }
  }

  /** The object where it is known to be held. */
  <T extends HasMetadata> Optional<T> held(Class<T> kind, ObjectKey key) {
    Written mine = written.get(key);
    Optional<HasMetadata> known = mine == null ? Optional.ofNullable(state.get(key)) : mine.after();
    return known.filter(object -> Marks.holder(object).isPresent()).map(kind::cast);
  }

  <T extends HasMetadata> List<T> held(Class<T> kind, String namespace) {
    Map<ObjectKey, T> objects = new TreeMap<>();
    Stream.concat(of(kind, namespace).keySet().stream(), written.keySet().stream())
        .filter(key -> key.kind().equals(HasMetadata.getKind(kind)))
        .filter(key -> key.namespace().equals(namespace))
        .forEach(key -> held(kind, key).ifPresent(object -> objects.put(key, object)));
    return List.copyOf(objects.values());
  }

  /** What was heard, without own writes. */
  <T extends HasMetadata> Stream<T> heard(Class<T> kind, String namespace) {
    return of(kind, namespace).values().stream().map(kind::cast);
  }

  private SortedMap<ObjectKey, HasMetadata> of(
      Class<? extends HasMetadata> kind, String namespace) {
    String name = HasMetadata.getKind(kind);
    return state.subMap(
        new ObjectKey(name, namespace, ""), new ObjectKey(name, namespace + "\0", ""));
  }

  <T extends HasMetadata> Optional<T> heard(Class<T> kind, ObjectKey key) {
    return Optional.ofNullable(state.get(key)).map(kind::cast);
  }
}
