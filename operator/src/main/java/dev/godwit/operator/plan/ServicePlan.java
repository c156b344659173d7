package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.ServiceSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was found of a service before the start, frozen with the plan.
 *
 * @param spec what the user asks for it
 * @param version the version that ran at the start
 * @param green name of the Deployment that runs green
 * @param greenLabels the labels, with green's values, that tell green from blue
 * @param traffic names of the Services that are switched
 * @param autoscaler name of blue's HorizontalPodAutoscaler
 * @param twins what gets a twin, as KIND/NAME
 */
public record ServicePlan(
    ServiceSpec spec,
    String version,
    String green,
    Map<String, String> greenLabels,
    List<String> traffic,
    Optional<String> autoscaler,
    List<String> twins) {

  /** Copies the collections. */
  public ServicePlan {
    greenLabels = Map.copyOf(greenLabels);
    traffic = List.copyOf(traffic);
    twins = List.copyOf(twins);
  }

  /** Name of the service in its migration. */
  public String name() {
    return spec.name();
  }

  /** Name of the Deployment that runs blue. */
  public String workload() {
    return spec.workload().name();
  }

  /** Name of green's own Service, under which it is reached before the switch. */
  public String preview() {
    return workload() + "-green";
  }

  /** Whether the operator makes green; otherwise it is a Deployment of the user's. */
  public boolean makesGreen() {
    return spec.replacement() == null;
  }

  /** Name of the step that does something to this service. */
  public String step(String verb) {
    return name() + "/" + verb;
  }
}
