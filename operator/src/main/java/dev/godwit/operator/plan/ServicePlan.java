package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.WatchedService;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was found of a service before the start, frozen with the plan.
 *
 * @param spec what the user asks for it
 * @param version the version that ran at the start
 * @param toVersion the version that it is brought to
 * @param green name of the Deployment that runs green
 * @param greenLabels the labels, with green's values, that tell green from blue
 * @param traffic names of the Services that are switched
 * @param autoscaler name of blue's HorizontalPodAutoscaler
 * @param twins what gets a twin, as KIND/NAME
 * @param inPlace how it is upgraded in place; empty where new pods are made beside the old ones
 */
public record ServicePlan(
    ServiceSpec spec,
    String version,
    String toVersion,
    String green,
    Map<String, String> greenLabels,
    List<String> traffic,
    Optional<String> autoscaler,
    List<String> twins,
    Optional<InPlace> inPlace) {

  /**
   * How the workload itself is upgraded.
   *
   * @param members how many pods of a StatefulSet are upgraded one by one; 0 where the workload is
   *     upgraded as a whole
   * @param firstOrdinal the ordinal of the first of them
   * @param minAvailable how many ready members stay in rotation: pods of the StatefulSet, or
   *     workloads behind the shared Service
   * @param selector labels of the pods that are in or out of rotation: those of the workload, or
   *     all behind the shared Service
   * @param peers the other workloads behind the shared Service, as KIND/NAME
   */
  public record InPlace(
      int members,
      int firstOrdinal,
      int minAvailable,
      Map<String, String> selector,
      List<String> peers) {

    /** Copies the collections. */
    public InPlace {
      selector = Map.copyOf(selector);
      peers = List.copyOf(peers);
    }
  }

  /** Copies the collections. */
  public ServicePlan {
    greenLabels = Map.copyOf(greenLabels);
    traffic = List.copyOf(traffic);
    twins = List.copyOf(twins);
  }

  /** A service that is watched, and not migrated. */
  public static ServicePlan watched(WatchedService service) {
    return new ServicePlan(
        new ServiceSpec(
            service.name(),
            service.workload(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null),
        "",
        "",
        service.workload().name(),
        Map.of(),
        List.of(service.name()),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /** Name of the service in its migration. */
  public String name() {
    return spec.name();
  }

  /** Name of the workload that runs at the start. */
  public String workload() {
    return spec.workload().name();
  }

  /** Name of green's own Service, under which it is reached before the switch. */
  public String preview() {
    return workload() + "-green";
  }

  /** Kind and name of the workload, as in messages. */
  public String title() {
    return spec.workload().kind().word() + " " + workload();
  }

  /** Whether the operator makes green; otherwise it is a Deployment of the user's, or none. */
  public boolean makesGreen() {
    return spec.replacement() == null && inPlace.isEmpty();
  }

  /** Name of the step that does something to this service. */
  public String step(String verb) {
    return name() + "/" + verb;
  }
}
