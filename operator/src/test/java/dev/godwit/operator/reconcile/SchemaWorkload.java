package dev.godwit.operator.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The Deployment that uses the database, and its two pods. */
final class SchemaWorkload {

  /** The Deployment is there. */
  boolean isThere = true;

  /** How many of its two pods are ready. */
  int ready = 2;

  /** When those pods were initialized. */
  Instant initializedAt = Instant.parse("2025-12-31T00:00:00Z");

  /** Since when the others are not. */
  Instant lostAt = Instant.parse("2026-01-01T00:00:00Z");

  Optional<Deployment> deployment(String name) {
    return isThere
        ? Optional.of(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withReplicas(2)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .endSpec()
                .build())
        : Optional.empty();
  }

  List<Pod> pods() {
    return IntStream.of(1, 2)
        .mapToObj(
            pod ->
                new PodBuilder()
                    .withNewMetadata()
                    .withName("orders-" + pod)
                    .endMetadata()
                    .withNewStatus()
                    .withPodIP("10.0.0." + pod)
                    .addNewCondition()
                    .withType("Initialized")
                    .withStatus("True")
                    .withLastTransitionTime(initializedAt.toString())
                    .endCondition()
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus(pod <= ready ? "True" : "False")
                    .withLastTransitionTime(lostAt.toString())
                    .endCondition()
                    .endStatus()
                    .build())
        .toList();
  }
}
