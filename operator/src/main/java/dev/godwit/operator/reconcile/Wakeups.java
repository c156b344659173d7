package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.cluster.Wakeup;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;

/** Turns wake-ups into events of the operator framework. */
public final class Wakeups extends AbstractEventSource<Void, Migration> implements Wakeup {

  /** An event source that is not connected yet: what it hears until then is dropped. */
  public Wakeups() {
    super(Void.class, "wakeups");
  }

  /** Dropped before the start: when it starts, the framework reconciles every Migration anyway. */
  @Override
  public void wake(String namespace, String migration) {
    if (isRunning() && getEventHandler() != null) {
      getEventHandler().handleEvent(new Event(new ResourceID(migration, namespace)));
    }
  }

  @Override
  public Set<Void> getSecondaryResources(Migration primary) {
    return Set.of();
  }
}
