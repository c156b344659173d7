package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Migration;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes core/v1 events, one after the other, apart from the reconciliations. */
public final class KubernetesEvents implements Events, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KubernetesEvents.class);
  private static final int WAITING = 256;
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private final KubernetesClient client;
  private final InstantSource clock;
  private final String instance;
  private final Runnable onLost;
  private final ExecutorService writer =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofVirtual().name("events").factory());

  /**
   * Writes with this client.
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
  }

  @Override
  public void publish(HasMetadata about, boolean warning, String reason, String message) {
    Event event = event(about, warning, reason, message);
    try {
      writer.execute(() -> write(event));
    } catch (RejectedExecutionException e) {
      onLost.run();
      lost(Level.WARN, event).log("too many events are waiting: lost {} {}", reason, message);
    }
  }

  private Event event(HasMetadata about, boolean warning, String reason, String message) {
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

  /** The border of the thread: one event that fails must not end the others. */
  private void write(Event event) {
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      onLost.run(); // in a namespace that ends, say: no stack tells more
      lost(Level.WARN, event).log("an event was lost: {}: {}", event.getReason(), e.getMessage());
    } catch (RuntimeException e) {
      onLost.run();
      lost(Level.ERROR, event).setCause(e).log("an event was lost: {}", event.getReason());
    }
  }

  private static LoggingEventBuilder lost(Level level, Event event) {
    return log.atLevel(level)
        .addKeyValue("namespace", event.getInvolvedObject().getNamespace())
        .addKeyValue("about", event.getInvolvedObject().getName());
  }

  /** Writes what is waiting still, for some seconds at the most. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
        writer.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      writer.shutdownNow();
    }
  }
}
