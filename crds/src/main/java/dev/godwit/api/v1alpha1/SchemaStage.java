package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A SchemaMigration that is run as a stage of a {@link Migration}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchemaStage(
    @JsonPropertyDescription(
            "Name of a SchemaMigration of the same namespace that has mode: Staged and has not run"
                + " yet.")
        @Required
        @Size(min = 1, max = 63) @ValidationRule(value = DnsName.SUBDOMAIN, message = DnsName.SUBDOMAIN_MESSAGE)
        String migration,
    @JsonPropertyDescription(
            "BeforeDeploy: before any new pod is made, for what the new version needs and the old"
                + " one does not notice (expand). AfterCleanup: when the old version is gone, for"
                + " what nobody needs any more (contract); from then on there is no way back.")
        @Required
        SchemaWhen when,
    @JsonPropertyDescription(
            "What becomes of one that ran BeforeDeploy when the Migration goes back. TakeBack"
                + " (default): its versions are taken back by their down, after all traffic is on"
                + " the old version and the new pods are gone; if one of them has no down, it is"
                + " kept. Keep: the database keeps what it has.")
        @Default("TakeBack")
        OnRollback onRollback) {}
