package dev.godwit.operator.reconcile;

import dev.godwit.operator.cluster.Wakeup;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.Set;

/**
 * Turns wake-ups into events of the operator framework.
 *
 * @param <R> the kind of what is woken
 */
public final class Wakeups<R extends HasMetadata> extends AbstractEventSource<Void, R>
    implements Wakeup {

  /** An event source that is not connected yet: what it hears until then is dropped. */
  public Wakeups() {
    super(Void.class, "wakeups");
  }

  /** Dropped before the start: when it starts, the framework reconciles everything anyway. */
  @Override
  public void wake(String namespace, String migration) {
    if (isRunning() && getEventHandler() != null) {
      getEventHandler().handleEvent(new Event(new ResourceID(migration, namespace)));
    }
  }

  /**
   * Tells the framework of something that it has lost sight of; of that it would not take a mere
   * wake-up.
   */
  void made(R one) {
    if (isRunning() && getEventHandler() != null) {
      getEventHandler()
          .handleEvent(new ResourceEvent(ResourceAction.ADDED, ResourceID.fromResource(one), one));
    }
  }

  @Override
  public Set<Void> getSecondaryResources(R primary) {
    return Set.of();
  }
}
