package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Migration;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes core/v1 events, one after the other, apart from the reconciliations. */
public final class KubernetesEvents implements Events, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KubernetesEvents.class);
  private static final int WAITING = 256;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private final KubernetesClient client;
  private final InstantSource clock;
  private final String instance;
  private final Runnable onLost;
  private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Thread writer;
  private volatile boolean closed;

  /**
   * Starts to write.
   *
   * @param instance name of the operator's pod, or whatever tells it from others
   * @param onLost is told of every event that could not be written
   */
  public KubernetesEvents(
      KubernetesClient client, InstantSource clock, String instance, Runnable onLost) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
    this.onLost = onLost;
    this.writer = Thread.ofVirtual().name("events").start(this::write);
  }

  @Override
  public void publish(Migration about, boolean warning, String reason, String message) {
    if (!waiting.offer(event(about, warning, reason, message))) {
      onLost.run();
      log.warn("too many events are waiting: lost {} {}", reason, message);
    }
  }

  private Event event(Migration about, boolean warning, String reason, String message) {
    Instant now = clock.instant();
    String seconds = now.truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withGenerateName(about.getMetadata().getName() + ".")
        .withNamespace(about.getMetadata().getNamespace())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withNamespace(about.getMetadata().getNamespace())
        .withName(about.getMetadata().getName())
        .withUid(about.getMetadata().getUid())
        .withResourceVersion(about.getMetadata().getResourceVersion())
        .endInvolvedObject()
        .withType(warning ? "Warning" : "Normal")
        .withReason(reason)
        .withMessage(message)
        .withFirstTimestamp(seconds)
        .withLastTimestamp(seconds)
        .withCount(1)
        .withNewSource()
        .withComponent(KubernetesCluster.FIELD_MANAGER)
        .endSource()
        .withReportingComponent(Migration.GROUP + "/operator")
        .withReportingInstance(instance)
        .build();
  }

  private void write() {
    try {
      while (!closed || !waiting.isEmpty()) {
        Event next = waiting.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
          write(next);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed, and out of time
    }
  }

  /** The border of the thread: one event that fails must not end the others. */
  private void write(Event event) {
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      onLost.run(); // in a namespace that ends, say: no stack tells more
      log.warn("an event was lost: {}: {}", event.getReason(), e.getMessage());
    } catch (RuntimeException e) {
      onLost.run();
      log.error("an event was lost: {}", event.getReason(), e);
    }
  }

  /** Writes what is waiting still, for some seconds at the most. */
  @Override
  public void close() {
    closed = true;
    try {
      writer.join(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.interrupt();
  }
}
