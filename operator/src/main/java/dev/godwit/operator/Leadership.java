package dev.godwit.operator;

import dev.godwit.operator.cluster.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which replica acts. Losing leadership ends the process at once: what this one decided may be
 * contradicted by now. Stopping gives leadership back, so that another one has it within seconds.
 */
final class Leadership {

  private static final Logger log = LoggerFactory.getLogger(Leadership.class);
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);

  /** The others look that often, and up to 2.2 times as long: the hand-over takes no longer. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Configuration configuration;
  private final KubernetesClient client;
  private final String identity;
  private final AtomicBoolean stopping = new AtomicBoolean();

  Leadership(Configuration configuration, KubernetesClient client) {
    this.configuration = configuration;
    this.client = client;
    this.identity = identity(configuration);
  }

  /**
   * The name by which it leads: that of its pod, whose container is started again only when it has
   * ended. So one that comes back after a crash still has its Lease, and need not wait until it
   * expires. Outside of a pod two processes may have one name, and each is somebody else.
   */
  static String identity(Configuration configuration) {
    return configuration.podName()
        + "_"
        + configuration.podUid().orElseGet(() -> UUID.randomUUID().toString());
  }

  /** How leaders are elected, where they are. */
  Optional<LeaderElectionConfiguration> election() {
    return configuration.leaderElection()
        ? Optional.of(
            new LeaderElectionConfiguration(
                configuration.leaseName(),
                configuration.podNamespace().orElseThrow(),
                LEASE,
                RENEW,
                RETRY,
                identity,
                new LeaderCallbacks(this::won, this::lost, leader -> {}),
                false))
        : Optional.empty();
  }

  private void won() {
    log.info("leading");
  }

  private void lost() {
    if (!stopping.get()) {
      log.error("lost leadership: exiting");
      Runtime.getRuntime().halt(1);
    }
  }

  /** From now on, losing leadership is what is wanted. */
  void stopping() {
    stopping.set(true);
  }

  /** Gives leadership back; without success another replica has to wait until the Lease expires. */
  void release() {
    if (!configuration.leaderElection()) {
      return;
    }
    try {
      Lease.release(
          client, configuration.podNamespace().orElseThrow(), configuration.leaseName(), identity);
    } catch (RuntimeException e) {
      log.warn("leadership was not given back", e);
    }
  }
}
