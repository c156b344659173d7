package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One service as it was found when the plan was frozen, and where its traffic is. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceStatus(
    @JsonPropertyDescription("Name of the service, as in the specification.") String name,
    @JsonPropertyDescription(
            "Which version has the traffic: Blue or Green; with an InPlace upgrade InPlace n/m, n of"
                + " its m members on the new version.")
        String side,
    @JsonPropertyDescription("Since when it has it.") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant since,
    @JsonPropertyDescription("The version that ran at the start.") String version,
    @JsonPropertyDescription(
            "The version that it is brought to: what its new pods say by the label"
                + " app.kubernetes.io/version, else by the tag of the image; where that is not new,"
                + " spec.to.")
        String toVersion,
    @JsonPropertyDescription("Name of the Deployment that runs green.") String green,
    @JsonPropertyDescription("The labels, with green's values, that tell green from blue.")
        Map<String, String> greenLabels,
    @JsonPropertyDescription("The Services whose traffic is switched.") List<String> services,
    @JsonPropertyDescription("Blue's HorizontalPodAutoscaler, where it has one.") String autoscaler,
    @JsonPropertyDescription("What goes by blue's labels and gets a twin for green, as KIND/NAME.")
        List<String> twins,
    @JsonPropertyDescription("What was found of a service that is upgraded in place.")
        InPlace inPlace) {

  /** A workload that is upgraded in place. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record InPlace(
      @JsonPropertyDescription(
              "How many members are upgraded one by one: the pods of a StatefulSet; absent where the"
                  + " workload is upgraded as a whole.")
          Integer members,
      @JsonPropertyDescription("Ordinal of the first member.") Integer firstOrdinal,
      @JsonPropertyDescription("How many ready members stay in rotation.") Integer minAvailable,
      @JsonPropertyDescription("Labels of the pods that are in or out of rotation.")
          Map<String, String> selector,
      @JsonPropertyDescription("The other workloads behind the shared Service, as KIND/NAME.")
          List<String> peers) {}
}
