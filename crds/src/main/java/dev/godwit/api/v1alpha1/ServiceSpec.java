package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** One service: a workload, what becomes of it, and the traffic that reaches it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "[has(self.image), has(self.patch), has(self.replacement)].exists_one(x, x)",
    message =
        "set exactly one of image, patch and replacement: they are three ways to say what the new"
            + " version is")
@ValidationRule(
    value = "has(self.image) || !has(self.container)",
    message = "container goes with image only: it names the container that gets the new image")
@ValidationRule(
    value = "!has(self.replacement) || self.replacement.name != self.workload.name",
    message = "replacement must be another Deployment than the workload",
    fieldPath = ".replacement")
@ValidationRule(
    value = "!has(self.replacement) || !has(self.green)",
    message = "green.label has no meaning with replacement, which has labels of its own",
    fieldPath = ".green")
@ValidationRule(
    value = "!has(self.dependsOn) || !(self.name in self.dependsOn)",
    message = "a service can't depend on itself",
    fieldPath = ".dependsOn")
@ValidationRule(
    value = "size(self.workload.name) <= 57 && !self.workload.name.contains('.')",
    message =
        "the workload's name must have at most 57 characters and no dots:"
            + " green's Service is called NAME-green",
    fieldPath = ".workload")
public record ServiceSpec(
    @JsonPropertyDescription(
            "Name of the service in this migration: a DNS label, at most 40 characters.")
        @Required
        @Size(min = 1, max = 40) @ValidationRule(value = DnsName.LABEL, message = DnsName.LABEL_MESSAGE)
        String name,
    @JsonPropertyDescription("The workload that runs when the migration starts (blue).") @Required
        Workload workload,
    @JsonPropertyDescription("The new image, for a workload whose other settings stay.")
        @ValidationRule(
            value = "self.matches('^[^ \\t\\n]*$')",
            message = "the name of an image has no spaces")
        @Size(min = 1, max = 1024) String image,
    @JsonPropertyDescription(
            "The container that gets the image; needed where the pods have several.")
        @Size(min = 1, max = 63) String container,
    @JsonPropertyDescription(
            "A strategic merge patch on the workload's pod template (spec.template), with the"
                + " members metadata and spec; its effect is that of kubectl patch.")
        @PreserveUnknownFields
        JsonNode patch,
    @JsonPropertyDescription("A Deployment that exists already and is the new version (green).")
        Replacement replacement,
    @JsonPropertyDescription("The traffic that is switched.") Traffic traffic,
    @JsonPropertyDescription("How green is told apart from blue.") Green green,
    @JsonPropertyDescription(
            "Names of services of this migration that are switched before this one. At"
                + " most 63.")
        @Size(max = 63) List<@Size(min = 1, max = 40) String> dependsOn,
    @JsonPropertyDescription(
            "What is saved before anything of the service is touched. What is needed to go back (pod"
                + " template, replicas, selectors) is always recorded; this adds your own.")
        Backup backup) {

  /** What is saved before a service is touched. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Backup(
      @JsonPropertyDescription(
              "A Job that must succeed before the service is touched. It finds the same environment"
                  + " as the Job of a check.")
          @Required
          JobCheck job,
      @JsonPropertyDescription(
              "How long it may take, as 90s, 10m or 24h; then the migration goes back. Default 1h.")
          @Default("1h")
          @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
          @Size(max = TimeSpan.MAX_LENGTH) String timeout) {}

  /** A workload by kind and name, in the namespace of the migration. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Workload(
      @JsonPropertyDescription("Kind of the workload: Deployment.") @Required WorkloadKind kind,
      @JsonPropertyDescription("Name of the workload.")
          @Required
          @Size(min = 1, max = 253) @ValidationRule(value = DnsName.SUBDOMAIN, message = DnsName.SUBDOMAIN_MESSAGE)
          String name) {}

  /** A Deployment that exists already, in the namespace of the migration. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Replacement(
      @JsonPropertyDescription("Name of the Deployment.")
          @Required
          @Size(min = 1, max = 253) @ValidationRule(value = DnsName.SUBDOMAIN, message = DnsName.SUBDOMAIN_MESSAGE)
          String name) {}

  /** The traffic of a service. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Traffic(
      @JsonPropertyDescription(
              "Names of the Services whose traffic is switched. Default: every Service that"
                  + " selects the workload's pods, listed in status.services.")
          @Size(min = 1, max = 16) List<@Size(min = 1, max = 63) String> services) {}

  /** How green is told apart. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Green(
      @JsonPropertyDescription(
              "Key of the label whose value differs between blue and green. Default: the smallest"
                  + " set of labels that takes green out of the workload's selector and out of"
                  + " every Service that selects the workload.")
          @Size(min = 1, max = 317) String label) {}
}
