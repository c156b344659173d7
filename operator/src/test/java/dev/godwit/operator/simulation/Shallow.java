package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.SchemaMigration;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;

/** Copies of the outermost layer of an object: what is below is shared, since nobody changes it. */
final class Shallow {

  private Shallow() {}

  /** A copy with other metadata; of what the server completes, a deep one. */
  @SuppressWarnings("unchecked") // a copy is of the class of its original
  static <T extends HasMetadata> T copy(T object, ObjectMeta metadata) {
    HasMetadata copy =
        switch (object) {
          case Deployment d -> new Deployment(null, null, null, d.getSpec(), d.getStatus());
          case StatefulSet s -> new StatefulSet(null, null, null, s.getSpec(), s.getStatus());
          case ControllerRevision r ->
              new ControllerRevision(null, r.getData(), null, null, r.getRevision());
          case Pod p -> new Pod(null, null, null, p.getSpec(), p.getStatus());
          case Job j -> new Job(null, null, null, j.getSpec(), j.getStatus());
          case Service s -> new ServiceBuilder(s).build();
          case HorizontalPodAutoscaler h -> new HorizontalPodAutoscalerBuilder(h).build();
          case EndpointSlice e ->
              new EndpointSlice(
                  e.getAddressType(), null, e.getEndpoints(), null, null, e.getPorts());
          case PodDisruptionBudget p ->
              new PodDisruptionBudget(null, null, null, p.getSpec(), p.getStatus());
          case NetworkPolicy n -> new NetworkPolicy(null, null, null, n.getSpec());
          case Migration m -> {
            Migration same = new Migration();
            same.setSpec(m.getSpec());
            same.setStatus(m.getStatus());
            yield same;
          }
          case MigrationApproval a -> {
            MigrationApproval same = new MigrationApproval();
            same.setSpec(a.getSpec());
            same.setStatus(a.getStatus());
            yield same;
          }
          case SchemaMigration s -> {
            SchemaMigration same = new SchemaMigration();
            same.setSpec(s.getSpec());
            same.setStatus(s.getStatus());
            yield same;
          }
          default -> throw new IllegalArgumentException("not known here: " + object.getKind());
        };
    copy.setApiVersion(object.getApiVersion());
    if (copy.getKind() == null) {
      copy = withKind(copy, object.getKind());
    }
    copy.setMetadata(metadata);
    return (T) copy;
  }

  private static HasMetadata withKind(HasMetadata copy, String kind) {
    switch (copy) {
      case Deployment d -> d.setKind(kind);
      case StatefulSet s -> s.setKind(kind);
      case ControllerRevision r -> r.setKind(kind);
      case Pod p -> p.setKind(kind);
      case Job j -> j.setKind(kind);
      case EndpointSlice e -> e.setKind(kind);
      case PodDisruptionBudget p -> p.setKind(kind);
      case NetworkPolicy n -> n.setKind(kind);
      default -> throw new IllegalArgumentException("has no kind: " + kind);
    }
    return copy;
  }
}
