package dev.godwit.operator.cluster;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Passes on at once what is urgent, and of what is not, once for all that came meanwhile. */
final class PatientWakeup implements Wakeup {

  private final Wakeup wakeup;
  private final Executor soon;
  private final Set<Key> due = ConcurrentHashMap.newKeySet();

  private record Key(String namespace, String migration) {}

  /**
   * One in front of another.
   *
   * @param soon does what it is given a while later
   */
  PatientWakeup(Wakeup wakeup, Executor soon) {
    this.wakeup = wakeup;
    this.soon = soon;
  }

  @Override
  public void wake(String namespace, String migration) {
    wakeup.wake(namespace, migration);
  }

  @Override
  public void wakeSoon(String namespace, String migration) {
    Key key = new Key(namespace, migration);
    if (due.add(key)) {
      soon.execute(() -> pass(key));
    }
  }

  private void pass(Key key) {
    // First forgotten, then told: what comes in between is told once more.
    due.remove(key);
    wakeup.wake(key.namespace(), key.migration());
  }
}
