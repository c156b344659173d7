package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.resource.Rollouts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Objects;

/**
 * Which changes a migration must look at at once. While pods start, Kubernetes tells a dozen times
 * of things that are only worth a message, on nodes that have enough to do with that start.
 *
 * <p>Nothing is lost where it is wrong: a migration looks a second later.
 */
public final class Urgency {

  private Urgency() {}

  /** Whether more than a message may follow from the change of an object. */
  public static boolean isUrgent(HasMetadata before, HasMetadata after) {
    return switch (after) {
      case Pod pod -> isWrittenAbout(before, after) || isUrgent((Pod) before, pod);
      case Deployment deployment ->
          isWrittenAbout(before, after) || isUrgent((Deployment) before, deployment);
      case EndpointSlice slice -> isUrgent((EndpointSlice) before, slice);
      default -> true;
    };
  }

  /** Whether it is another object, or somebody has written something about it. */
  private static boolean isWrittenAbout(HasMetadata one, HasMetadata other) {
    ObjectMeta before = one.getMetadata();
    ObjectMeta after = other.getMetadata();
    return !Objects.equals(before.getUid(), after.getUid())
        || !Objects.equals(before.getGeneration(), after.getGeneration())
        || !Objects.equals(before.getLabels(), after.getLabels())
        || !Objects.equals(before.getAnnotations(), after.getAnnotations())
        || !Objects.equals(before.getOwnerReferences(), after.getOwnerReferences())
        || !Objects.equals(before.getDeletionTimestamp(), after.getDeletionTimestamp());
  }

  /** What keeps a pod from being ready is worth a message, as long as it does not crash. */
  private static boolean isUrgent(Pod before, Pod after) {
    return Rollouts.isReady(before) != Rollouts.isReady(after)
        || Rollouts.isCrashing(before) != Rollouts.isCrashing(after)
        || Rollouts.isOver(before) != Rollouts.isOver(after);
  }

  /**
   * That one more pod is ready is worth a message; the first, the last and one less are more. Who
   * waits for fewer than all waits a moment longer.
   */
  private static boolean isUrgent(Deployment before, Deployment after) {
    int ready = Rollouts.ready(before);
    return (ready == 0 && Rollouts.ready(after) > 0)
        || Rollouts.ready(after) < ready
        || Rollouts.isObserved(before) != Rollouts.isObserved(after)
        || Rollouts.isRolledOut(before) != Rollouts.isRolledOut(after)
        || Rollouts.failure(before).isPresent() != Rollouts.failure(after).isPresent()
        || Rollouts.hasGivenUp(before) != Rollouts.hasGivenUp(after)
        || Rollouts.ending(before) != Rollouts.ending(after);
  }

  /** Nothing waits for an endpoint that gets no traffic. */
  private static boolean isUrgent(EndpointSlice before, EndpointSlice after) {
    List<Endpoint> had = Endpoints.of(List.of(before));
    List<Endpoint> has = Endpoints.of(List.of(after));
    return !Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())
        || !has.containsAll(had)
        || has.stream().anyMatch(endpoint -> endpoint.ready() && !had.contains(endpoint));
  }
}
