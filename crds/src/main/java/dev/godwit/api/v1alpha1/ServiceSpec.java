package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Optional;

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
    value =
        "self.workload.kind != 'StatefulSet' || !has(self.upgrade) || self.upgrade == 'InPlace'",
    message = "a StatefulSet can't be doubled: its upgrade is InPlace",
    fieldPath = ".upgrade")
@ValidationRule(
    value = "!(" + ServiceSpec.IN_PLACE + ") || !has(self.replacement)",
    message = "replacement is a second Deployment, and InPlace upgrades the one that is there",
    fieldPath = ".replacement")
@ValidationRule(
    value = "!(" + ServiceSpec.IN_PLACE + ") || !has(self.green)",
    message = "green.label has no meaning with InPlace, which makes no green",
    fieldPath = ".green")
@ValidationRule(
    value = ServiceSpec.IN_PLACE + " || !has(self.minAvailable)",
    message = "minAvailable goes with upgrade: InPlace; Replace never has fewer pods than before",
    fieldPath = ".minAvailable")
@ValidationRule(
    value = ServiceSpec.IN_PLACE + " || !has(self.restore)",
    message =
        "restore goes with upgrade: InPlace; with Replace the old pods and their data stay as they"
            + " are",
    fieldPath = ".restore")
@ValidationRule(
    value = "!has(self.restore) || has(self.backup)",
    message = "restore needs a backup to restore from",
    fieldPath = ".restore")
@ValidationRule(
    value = ServiceSpec.IN_PLACE + " || !has(self.traffic) || !has(self.traffic.sharedService)",
    message = "sharedService goes with upgrade: InPlace: to switch it would move its other members",
    fieldPath = ".traffic")
@ValidationRule(
    value =
        "self.workload.kind == 'StatefulSet' || !has(self.backup)"
            + " || !has(self.backup.volumeSnapshot)",
    message = "backup.volumeSnapshot takes the claims of a StatefulSet",
    fieldPath = ".backup")
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
        Backup backup,
    @JsonPropertyDescription(
            "How the service comes to its new version. Replace: new pods beside the old ones, and a"
                + " traffic switch. InPlace: the workload itself, member by member, each out of"
                + " rotation until its checks have passed; with strategy.rolling only. Default:"
                + " Replace for a Deployment, InPlace for a StatefulSet.")
        UpgradeWay upgrade,
    @JsonPropertyDescription(
            "How many ready members must stay in rotation during an InPlace upgrade, 0 to 1000."
                + " Members are the pods of a StatefulSet, or the workloads behind a"
                + " sharedService. Default: all but one, and at least 1; 0 accepts that nobody"
                + " serves meanwhile.")
        @Min(0) @Max(1000) Integer minAvailable,
    @JsonPropertyDescription(
            "What is run on the way back of an InPlace upgrade, after the old version of a member"
                + " runs again and before it returns to rotation.")
        Restore restore) {

  /**
   * CEL for "is upgraded in place"; of its own, since the default of upgrade depends on the kind.
   */
  static final String IN_PLACE =
      "(has(self.upgrade) ? self.upgrade == 'InPlace' : self.workload.kind == 'StatefulSet')";

  /** Whether the workload itself is upgraded, rather than new pods made beside its own. */
  @JsonIgnore
  public boolean isInPlace() {
    return upgrade == null
        ? workload.kind() == WorkloadKind.STATEFUL_SET
        : upgrade == UpgradeWay.IN_PLACE;
  }

  /** The Service that the workload shares with others, if it is taken out of one. */
  public Optional<String> sharedService() {
    return Optional.ofNullable(traffic).map(Traffic::sharedService);
  }

  /** What is run to restore what was saved. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Restore(
      @JsonPropertyDescription(
              "A Job that must succeed before the member returns to rotation. It finds the same"
                  + " environment as the Job of the backup.")
          @Required
          JobCheck job,
      @JsonPropertyDescription(
              "How long it may take, as 90s, 10m or 24h; then the member stays out of rotation until"
                  + " a person has looked at it. Default 1h.")
          @Default("1h")
          @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
          @Size(max = TimeSpan.MAX_LENGTH) String timeout) {}

  /** Snapshots of the claims of a StatefulSet's member. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record VolumeSnapshot(
      @JsonPropertyDescription(
              "Name of the VolumeSnapshotClass. Default: the cluster's default class of the driver"
                  + " that provides the claims.")
          @Size(min = 1, max = 253) String className,
      @JsonPropertyDescription(
              "Whether the VolumeSnapshots stay when the migration has ended. Default false.")
          @Default("false")
          Boolean keep) {}

  /** What is saved before a service is touched. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.job) || has(self.volumeSnapshot)",
      message = "set job, volumeSnapshot or both: a backup of nothing restores nothing")
  public record Backup(
      @JsonPropertyDescription(
              "A Job that must succeed before the service is touched. It finds the same environment"
                  + " as the Job of a check. With InPlace it runs for each member, when that is"
                  + " out of rotation, and finds GODWIT_MEMBER (the pod, or the workload behind a"
                  + " sharedService) and GODWIT_ORDINAL too, which it may use anywhere in its"
                  + " template, as in claimName: data-$(GODWIT_MEMBER).")
          JobCheck job,
      @JsonPropertyDescription(
              "Makes a VolumeSnapshot (snapshot.storage.k8s.io/v1) of each claim of a member before"
                  + " it is upgraded.")
          VolumeSnapshot volumeSnapshot,
      @JsonPropertyDescription(
              "How long it may take, as 90s, 10m or 24h; then the migration goes back. Default 1h.")
          @Default("1h")
          @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
          @Size(max = TimeSpan.MAX_LENGTH) String timeout) {}

  /** A workload by kind and name, in the namespace of the migration. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Workload(
      @JsonPropertyDescription("Kind of the workload: Deployment or StatefulSet.") @Required
          WorkloadKind kind,
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
  @ValidationRule(
      value = "!has(self.services) || !has(self.sharedService)",
      message = "set services or sharedService, not both")
  public record Traffic(
      @JsonPropertyDescription(
              "Names of the Services whose traffic is switched, or whose members are taken out of"
                  + " rotation. Default: every Service that selects the workload's pods, listed in"
                  + " status.services; for a StatefulSet those that are not headless.")
          @Size(min = 1, max = 16) List<@Size(min = 1, max = 63) String> services,
      @JsonPropertyDescription(
              "Name of a Service that other workloads stand behind, too (cells, shards, zones). With"
                  + " InPlace the whole workload is taken out of it, upgraded and returned, while"
                  + " the others serve.")
          @Size(min = 1, max = 63) String sharedService) {}

  /** How green is told apart. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Green(
      @JsonPropertyDescription(
              "Key of the label whose value differs between blue and green. Default: the smallest"
                  + " set of labels that takes green out of the workload's selector and out of"
                  + " every Service that selects the workload.")
          @Size(min = 1, max = 317) String label) {}
}
