package dev.godwit.operator.simulation;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Pods, as controllers and the kubelet make them. */
final class Pods {

  static final String TEMPLATE_HASH = "pod-template-hash";

  private Pods() {}

  static Pod of(Deployment owner, String name, String templateHash, String address) {
    return of(
        owner, owner.getSpec().getTemplate(), name, Map.of(TEMPLATE_HASH, templateHash), address);
  }

  /** A pod that was just made from a template; what tells it from others is in more labels. */
  static Pod of(
      HasMetadata owner,
      PodTemplateSpec template,
      String name,
      Map<String, String> labels,
      String address) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(template.getMetadata().getLabels())
        .addToLabels(labels)
        .withOwnerReferences(reference(owner))
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage(image(template))
        .endContainer()
        .endSpec()
        .withStatus(new PodStatusBuilder().withPhase("Pending").withPodIP(address).build())
        .build();
  }

  static OwnerReference reference(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .build();
  }

  static String image(PodTemplateSpec template) {
    return template.getSpec().getContainers().getFirst().getImage();
  }

  static String image(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getImage();
  }

  static boolean isOwnedBy(HasMetadata owner, Pod pod) {
    return ownerUid(pod).equals(owner.getMetadata().getUid());
  }

  static String ownerUid(Pod pod) {
    return pod.getMetadata().getOwnerReferences().getFirst().getUid();
  }

  static String ownerName(Pod pod) {
    return pod.getMetadata().getOwnerReferences().getFirst().getName();
  }

  static boolean isEnding(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  /** Whether its containers answer; one that is ending still does for its grace period. */
  static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(
            condition ->
                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  static String phase(Pod pod) {
    return pod.getStatus().getPhase();
  }

  /** The pod with its container running. */
  static Pod running(Pod pod, boolean ready, Instant now) {
    return with(
        pod,
        new PodStatusBuilder()
            .withPhase("Running")
            .withPodIP(pod.getStatus().getPodIP())
            .addNewCondition()
            .withType("Ready")
            .withStatus(ready ? "True" : "False")
            .withMessage(ready ? null : "containers with unready status: [main]")
            .withLastTransitionTime(now.toString())
            .endCondition()
            .addNewContainerStatus()
            .withName("main")
            .withImage(image(pod))
            .withReady(ready)
            .withRestartCount(0)
            .endContainerStatus()
            .build());
  }

  /** The pod with its container waiting, for a reason that is trouble. */
  static Pod waiting(Pod pod, String reason, String message, int restarts, Instant now) {
    return with(
        pod,
        new PodStatusBuilder()
            .withPhase(restarts == 0 ? "Pending" : "Running")
            .withPodIP(pod.getStatus().getPodIP())
            .addNewCondition()
            .withType("Ready")
            .withStatus("False")
            .withMessage("containers with unready status: [main]")
            .withLastTransitionTime(now.toString())
            .endCondition()
            .addNewContainerStatus()
            .withName("main")
            .withImage(image(pod))
            .withReady(false)
            .withRestartCount(restarts)
            .withNewState()
            .withNewWaiting()
            .withReason(reason)
            .withMessage(message)
            .endWaiting()
            .endState()
            .endContainerStatus()
            .build());
  }

  static boolean isWaiting(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .anyMatch(status -> status.getState() != null && status.getState().getWaiting() != null);
  }

  private static Pod with(Pod pod, PodStatus status) {
    Pod changed = Shallow.copy(pod, pod.getMetadata());
    changed.setStatus(status);
    return changed;
  }

  static List<Pod> of(World world, HasMetadata owner) {
    return world.server.list(Pod.class, owner.getMetadata().getNamespace()).stream()
        .filter(pod -> isOwnedBy(owner, pod))
        .toList();
  }
}
