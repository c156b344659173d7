package dev.godwit.operator.simulation;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Starts containers, sees them ready, crash or end, each after a while. */
final class Kubelet {

  /** How long a pod that is ending still answers. */
  static final Duration GRACE = Duration.ofSeconds(10);

  private final World world;
  private final Map<String, Instant> due = new HashMap<>();

  Kubelet(World world) {
    this.world = world;
  }

  void act(double probability) {
    for (Pod pod : world.server.list(Pod.class, World.NAMESPACE)) {
      if (world.chance(probability)) {
        act(pod);
      }
    }
  }

  private void act(Pod pod) {
    Instant now = world.now();
    if (Pods.isEnding(pod)) {
      Instant end = Instant.parse(pod.getMetadata().getDeletionTimestamp()).plus(GRACE);
      if (!now.isBefore(end)) {
        world.server.delete("kubelet", pod);
      } else {
        world.alarm(end);
      }
      return;
    }
    String image = Pods.image(pod);
    Pod next = pod;
    if (world.missingImages.contains(image)) {
      if (!Pods.isWaiting(pod) && !Pods.isReady(pod)) {
        next = Pods.waiting(pod, "ImagePullBackOff", "not found", 0, now);
      }
    } else if (world.crashingImages.contains(image)) {
      if (!Pods.isWaiting(pod)) {
        next = Pods.waiting(pod, "CrashLoopBackOff", "back-off", 3, now);
      }
    } else if (world.deafImages.contains(image)) {
      if (Pods.phase(pod).equals("Pending") && isDue(pod, 1, 4)) {
        next = Pods.running(pod, false, now);
      }
    } else if (!Pods.isReady(pod) && isDue(pod, 0, 8)) {
      next = Pods.running(pod, true, now);
    }
    world.server.status("kubelet", next);
  }

  private boolean isDue(Pod pod, int least, int most) {
    Instant when =
        due.computeIfAbsent(
            pod.getMetadata().getUid(), uid -> world.now().plus(world.seconds(least, most)));
    world.alarm(when);
    return !world.now().isBefore(when);
  }
}
