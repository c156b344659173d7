package dev.godwit.operator.simulation;

import dev.godwit.operator.simulation.ApiServer.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * What a watch of one kind has told its watcher: the objects of the migration's namespace, after so
 * many of their events.
 */
final class Watch<T extends HasMetadata> {

  private final World world;
  private final Class<T> kind;
  private final TreeMap<ObjectKey, T> state = new TreeMap<>();
  private int heard;

  Watch(World world, Class<T> kind) {
    this.world = world;
    this.kind = kind;
  }

  /** Hears, with that probability, some of what it has not heard yet; with 1 all of it. */
  void hear(double probability) {
    List<Event> events = world.server.events(HasMetadata.getKind(kind));
    int waiting = events.size() - heard;
    if (waiting == 0 || (probability < 1 && !world.chance(probability))) {
      return;
    }
    int news = probability < 1 ? 1 + world.random.nextInt(waiting) : waiting;
    events.subList(heard, heard + news).forEach(this::hear);
    heard += news;
  }

  private void hear(Event event) {
    if (!event.key().namespace().equals(World.NAMESPACE)) {
      return;
    }
    if (event.gone()) {
      state.remove(event.key());
    } else {
      state.put(event.key(), kind.cast(event.object()));
    }
  }

  /** How many events it has told of. */
  int heard() {
    return heard;
  }

  /** The objects as they were then, by name. */
  Collection<T> seen() {
    return Collections.unmodifiableCollection(state.values());
  }
}
