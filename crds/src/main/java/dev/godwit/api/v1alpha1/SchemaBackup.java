package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** How a database is dumped before the first version of a run. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.claim) != has(self.bucket)",
    message = "set exactly one of claim and bucket: where the dump is kept",
    fieldPath = ".claim")
public record SchemaBackup(
    @JsonPropertyDescription(
            "Always: before every run that moves a version. OnDestructive (default): before a run"
                + " that has something destructive in its plan, or that goes down. Never: before"
                + " none.")
        @Default("OnDestructive")
        BackupPolicy policy,
    @JsonPropertyDescription(
            "Image of the Job that makes the dump: it has sh, cat, ls, mkdir, mv, rm and wc, and"
                + " pg_dump and pg_restore (with onFailure: Restore psql, too) of the server's major"
                + " version or a newer one, in its PATH or in /usr/lib/postgresql/VERSION/bin; as docker.io/library/postgres:18. It runs"
                + " as user 65532, under the restricted pod security profile.")
        @Required
        @Size(min = 1, max = 1024) String image,
    @JsonPropertyDescription("The volume in which the dump is kept.") Claim claim,
    @JsonPropertyDescription(
            "The S3-compatible bucket, or whatever else a program can copy to, in which the dump is"
                + " kept. It is made in the ephemeral storage of the pod, which must be large enough"
                + " for it, and copied from there.")
        Bucket bucket,
    @JsonPropertyDescription(
            "How many dumps of SchemaMigrations of this name are kept in the claim, the new one"
                + " counted, 1 to 100; older ones are deleted when a new one is complete. In a"
                + " bucket they are kept for as long as its own lifecycle rules say. Default 3.")
        @Default("3")
        @Min(1) @Max(100) Integer keep,
    @JsonPropertyDescription(
            "How long the Job may take, the start of its pod included, as 10m or 4h. Default 1h.")
        @Default("1h")
        @Size(max = TimeSpan.MAX_LENGTH) @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        String deadline) {

  /** A PersistentVolumeClaim of the same namespace. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Claim(
      @JsonPropertyDescription(
              "Name of a PersistentVolumeClaim in the namespace of the migration; the dumps are in a"
                  + " directory of it that is named as the SchemaMigration.")
          @Required
          @Size(min = 1, max = 253) @ValidationRule(value = DnsName.SUBDOMAIN, message = DnsName.SUBDOMAIN_MESSAGE)
          String name) {}

  /** Where a program of the user's copies the dump to. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Bucket(
      @JsonPropertyDescription(
              "Image of the container that copies the dump; exit code 0 says that it is there. It"
                  + " runs as user 65532, under the restricted pod security profile, with the home"
                  + " directory /tmp.")
          @Required
          @Size(min = 1, max = 1024) String image,
      @JsonPropertyDescription("Command of the container. Default: the image's own.")
          @Size(max = 64) List<@Size(max = 4096) String> command,
      @JsonPropertyDescription(
              "Arguments of the container. It finds the path of the dump as GODWIT_DUMP, and what"
                  + " it is to be called (NAME/NAME-HASH.dump) as GODWIT_OBJECT in its environment,"
                  + " and may use them in command and args as $(GODWIT_DUMP).")
          @Size(max = 64) List<@Size(max = 4096) String> args,
      @JsonPropertyDescription(
              "The Secret with the configuration of the program, mounted at /run/godwit/bucket. The"
                  + " operator itself never reads it.")
          @Required
          SecretRef secretRef) {

    /** A Secret of the same namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SecretRef(
        @JsonPropertyDescription("Name of a Secret in the namespace of the migration.")
            @Required
            @Size(min = 1, max = 253) @ValidationRule(value = DnsName.SUBDOMAIN, message = DnsName.SUBDOMAIN_MESSAGE)
            String name) {}
  }
}
