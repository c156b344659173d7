package dev.godwit.operator.step;

import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Templates;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Waits until whoever owns the original workload (a GitOps tool, say) has brought it to the new
 * version. Green serves meanwhile, however long it takes; the operator changes nothing of it.
 */
public record HandOver(ServicePlan plan) implements Step {

  @Override
  public String name() {
    return plan.step(Verbs.HANDOVER);
  }

  @Override
  public Assessment assess(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    if (view.blue().isEmpty() || view.green().isEmpty()) {
      return Assessment.await("Deployment " + plan.workload() + " and green to be there");
    }
    Deployment original = view.blue().get();
    String before = situation.journal().entry(plan.step(Verbs.SNAPSHOT)).preImage().templateHash();
    boolean changed = !Templates.hash(original.getSpec().getTemplate()).equals(before);
    if (!changed || !images(original).equals(images(view.green().get()))) {
      return Assessment.await(
          "its owner to bring Deployment "
              + plan.workload()
              + " to the new version; green serves meanwhile");
    }
    return Rollouts.isRolledOut(original)
        ? Assessment.done()
        : Assessment.await("Deployment " + plan.workload() + " to be ready on the new version");
  }

  private static Map<String, String> images(Deployment deployment) {
    List<Container> containers = deployment.getSpec().getTemplate().getSpec().getContainers();
    return containers.stream().collect(Collectors.toMap(Container::getName, Container::getImage));
  }
}
