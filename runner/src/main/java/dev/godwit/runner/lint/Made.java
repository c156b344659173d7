package dev.godwit.runner.lint;

import java.util.HashSet;
import java.util.Set;

/**
 * The tables, views, indexes and sequences that a text has made, by the names by which it made
 * them: {@code t} and {@code public.t} are two, since only the database knows whether they are one.
 */
final class Made {

  private record Key(String schema, String name) {}

  private final Set<Key> relations = new HashSet<>();
  private final Set<Key> types = new HashSet<>();

  private static Key key(Name name) {
    return new Key(name.schema(), name.name());
  }

  boolean has(Name relation) {
    return relations.contains(key(relation));
  }

  void add(Name relation) {
    relations.add(key(relation));
  }

  void remove(Name relation) {
    relations.remove(key(relation));
  }

  /** Follows a new name, or a new schema. */
  void move(Name from, Name to) {
    if (relations.remove(key(from))) {
      add(to);
    }
  }

  /** Whether it is a type that is no domain. */
  boolean hasType(Name type) {
    return types.contains(key(type));
  }

  void addType(Name type) {
    types.add(key(type));
  }

  /** From here on names may mean something else. */
  void forgetAll() {
    relations.clear();
    types.clear();
  }
}
