package dev.godwit.operator.resource;

import dev.godwit.operator.plan.ServiceView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A Deployment or a StatefulSet, as far as they are the same. */
public sealed interface Workload {

  /** The object itself. */
  HasMetadata object();

  /** What its pods are made from. */
  PodTemplateSpec template();

  /** Which pods are its own. */
  LabelSelector selector();

  /** How many pods are wanted: 1 where it doesn't say, as the API server takes it. */
  int wanted();

  /** How many pods are ready, whatever they run. */
  int ready();

  /**
   * Whether all pods that are wanted run the present template and are ready, and no other is left.
   */
  boolean isRolledOut();

  /** Its revision, as it tells its pods apart; empty where it has none yet. */
  Optional<String> revision();

  /** Kind and name, as in messages. */
  default String title() {
    return object().getKind() + " " + object().getMetadata().getName();
  }

  /** The labels of its pods; empty where they have none. */
  default Map<String, String> podLabels() {
    return Selectors.podLabels(template());
  }

  /** Whether a Service selects its pods. */
  default boolean isSelectedBy(Service service) {
    return Selectors.matches(service.getSpec().getSelector(), podLabels());
  }

  /** Whether a pod is its own. */
  default boolean owns(Pod pod) {
    return Selectors.matches(
        selector(), Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of()));
  }

  /** The revision of its StatefulSet that a pod was made from. */
  static Optional<String> revisionOf(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getLabels())
        .map(labels -> labels.get("controller-revision-hash"));
  }

  /** One of a Deployment. */
  static Workload of(Deployment deployment) {
    return new OfDeployment(deployment);
  }

  /** One of a StatefulSet. */
  static Workload of(StatefulSet set) {
    return new OfStatefulSet(set);
  }

  /** The workload of a service, if it is there. */
  static Optional<Workload> of(ServiceView view) {
    return view.blue().map(Workload::of).or(() -> view.statefulSet().map(Workload::of));
  }

  /** A Deployment. */
  record OfDeployment(Deployment object) implements Workload {

    private static final String REVISION = "deployment.kubernetes.io/revision";

    @Override
    public PodTemplateSpec template() {
      return object.getSpec().getTemplate();
    }

    @Override
    public LabelSelector selector() {
      return object.getSpec().getSelector();
    }

    @Override
    public int wanted() {
      return Rollouts.wanted(object);
    }

    @Override
    public int ready() {
      return Rollouts.ready(object);
    }

    @Override
    public boolean isRolledOut() {
      return Rollouts.isRolledOut(object);
    }

    @Override
    public Optional<String> revision() {
      return Optional.ofNullable(object.getMetadata().getAnnotations())
          .map(annotations -> annotations.get(REVISION));
    }
  }

  /** A StatefulSet. */
  record OfStatefulSet(StatefulSet object) implements Workload {

    @Override
    public PodTemplateSpec template() {
      return object.getSpec().getTemplate();
    }

    @Override
    public LabelSelector selector() {
      return object.getSpec().getSelector();
    }

    @Override
    public int wanted() {
      return Objects.requireNonNullElse(object.getSpec().getReplicas(), 1);
    }

    @Override
    public int ready() {
      StatefulSetStatus status = object.getStatus();
      return status == null ? 0 : Objects.requireNonNullElse(status.getReadyReplicas(), 0);
    }

    @Override
    public boolean isRolledOut() {
      StatefulSetStatus status = object.getStatus();
      return isObserved()
          && Objects.equals(status.getReplicas(), wanted())
          && Objects.requireNonNullElse(status.getUpdatedReplicas(), 0) == wanted()
          && Objects.requireNonNullElse(status.getAvailableReplicas(), 0) == wanted()
          && ready() == wanted();
    }

    /** Whether the status speaks of the present specification. */
    public boolean isObserved() {
      StatefulSetStatus status = object.getStatus();
      Long generation = object.getMetadata().getGeneration();
      return status != null
          && status.getObservedGeneration() != null
          && status.getObservedGeneration() >= (generation == null ? 0 : generation);
    }

    /** The revision that a pod gets that is made from the present template. */
    @Override
    public Optional<String> revision() {
      return Optional.ofNullable(object.getStatus()).map(StatefulSetStatus::getUpdateRevision);
    }
  }
}
