package dev.godwit.operator.simulation;

import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Rollouts;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpecBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.function.ToIntFunction;

/** Gives each Deployment the pods that its load asks for, within the limits of its autoscaler. */
final class AutoscalerController {

  private final World world;
  private final ToIntFunction<String> load;

  /**
   * A controller.
   *
   * @param load how many pods a Deployment of that name needs now; an idle one 0
   */
  AutoscalerController(World world, ToIntFunction<String> load) {
    this.world = world;
    this.load = load;
  }

  void act(double probability) {
    for (HorizontalPodAutoscaler autoscaler :
        world.server.list(HorizontalPodAutoscaler.class, World.NAMESPACE)) {
      String target = autoscaler.getSpec().getScaleTargetRef().getName();
      if (world.chance(probability)) {
        world
            .server
            .get(Deployment.class, World.NAMESPACE, target)
            .ifPresent(deployment -> scale(autoscaler, deployment));
      }
    }
  }

  private void scale(HorizontalPodAutoscaler autoscaler, Deployment deployment) {
    int present = Rollouts.wanted(deployment);
    int needed = load.applyAsInt(deployment.getMetadata().getName());
    int least = autoscaler.getSpec().getMinReplicas();
    int wanted = Math.max(least, Math.min(autoscaler.getSpec().getMaxReplicas(), needed));
    boolean mayShrink =
        Changes.scaleDownPolicy(autoscaler).filter(Changes.DISABLED::equals).isEmpty();
    if (wanted > present || (wanted < present && mayShrink)) {
      world.server.replace(
          "horizontal-pod-autoscaler", deployment, withReplicas(deployment, wanted));
    }
  }

  static Deployment withReplicas(Deployment deployment, int replicas) {
    Deployment scaled = Shallow.copy(deployment, deployment.getMetadata());
    DeploymentSpec spec =
        new DeploymentSpecBuilder(deployment.getSpec()).withReplicas(replicas).build();
    spec.setTemplate(deployment.getSpec().getTemplate());
    scaled.setSpec(spec);
    return scaled;
  }
}
