package dev.godwit.operator.cluster;

/** Is told that something changed that a migration should look at. Must not block. */
@FunctionalInterface
public interface Wakeup {

  /** Leads to a reconciliation of the migration of that name, soon; it need not exist. */
  void wake(String namespace, String migration);

  /**
   * As {@link #wake}, where what has changed is hardly worth more than a message: it may take a
   * second longer, and be told once of many changes.
   */
  default void wakeSoon(String namespace, String migration) {
    wake(namespace, migration);
  }

  /** As {@link #wake} where it is urgent, else as {@link #wakeSoon}. */
  default void wake(String namespace, String migration, boolean urgent) {
    if (urgent) {
      wake(namespace, migration);
    } else {
      wakeSoon(namespace, migration);
    }
  }

  /** Tells another one as well: where a name does not say of which kind a migration is. */
  default Wakeup and(Wakeup other) {
    return (namespace, migration) -> {
      wake(namespace, migration);
      other.wake(namespace, migration);
    };
  }
}
