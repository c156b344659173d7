package dev.godwit.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * Brings the schema of a PostgreSQL database from one version to another, by SQL that is versioned.
 *
 * <p>The specification is frozen when the migration starts (that is, when preflight has passed and
 * {@code status.startTime} is set); from then on only the controls {@code paused} and {@code abort}
 * may change. With {@code mode: PlanOnly} it does not start.
 */
@Group(Migration.GROUP)
@Version(Migration.VERSION)
@ShortNames("sm")
@AdditionalPrinterColumn(
    name = "PHASE",
    jsonPath = ".status.phase",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "VERSION",
    jsonPath = ".status.current",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "TARGET",
    jsonPath = ".status.target",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "STEP",
    jsonPath = ".status.step",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "MESSAGE",
    jsonPath = ".status.message",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(
    value = "size(self.metadata.name) <= 63",
    message = "the name must have at most 63 characters: it is the value of a label")
@ValidationRule(
    value =
        "!has(oldSelf.status) || !has(oldSelf.status.startTime)"
            + " || (self.spec.database == oldSelf.spec.database"
            + " && has(self.spec.schema) == has(oldSelf.spec.schema)"
            + " && (!has(self.spec.schema) || self.spec.schema == oldSelf.spec.schema)"
            + " && has(self.spec.versions) == has(oldSelf.spec.versions)"
            + " && (!has(self.spec.versions) || self.spec.versions == oldSelf.spec.versions)"
            + " && has(self.spec.versionsFrom) == has(oldSelf.spec.versionsFrom)"
            + " && (!has(self.spec.versionsFrom) || self.spec.versionsFrom == oldSelf.spec.versionsFrom)"
            + " && has(self.spec.from) == has(oldSelf.spec.from)"
            + " && (!has(self.spec.from) || self.spec.from == oldSelf.spec.from)"
            + " && has(self.spec.to) == has(oldSelf.spec.to)"
            + " && (!has(self.spec.to) || self.spec.to == oldSelf.spec.to)"
            + " && has(self.spec.baseline) == has(oldSelf.spec.baseline)"
            + " && (!has(self.spec.baseline) || self.spec.baseline == oldSelf.spec.baseline)"
            + " && self.spec.mode == oldSelf.spec.mode"
            + " && self.spec.allowDestructive == oldSelf.spec.allowDestructive"
            + " && has(self.spec.gate) == has(oldSelf.spec.gate)"
            + " && (!has(self.spec.gate) || self.spec.gate == oldSelf.spec.gate)"
            + " && has(self.spec.backup) == has(oldSelf.spec.backup)"
            + " && (!has(self.spec.backup) || self.spec.backup == oldSelf.spec.backup)"
            + " && self.spec.lockTimeout == oldSelf.spec.lockTimeout"
            + " && self.spec.patience == oldSelf.spec.patience"
            + " && has(self.spec.statementTimeout) == has(oldSelf.spec.statementTimeout)"
            + " && (!has(self.spec.statementTimeout) || self.spec.statementTimeout == oldSelf.spec.statementTimeout)"
            + " && self.spec.idleTimeout == oldSelf.spec.idleTimeout"
            + " && self.spec.settle == oldSelf.spec.settle"
            + " && has(self.spec.health) == has(oldSelf.spec.health)"
            + " && (!has(self.spec.health) || self.spec.health == oldSelf.spec.health)"
            + " && has(self.spec.services) == has(oldSelf.spec.services)"
            + " && (!has(self.spec.services) || self.spec.services == oldSelf.spec.services)"
            + " && self.spec.deadline == oldSelf.spec.deadline"
            + " && self.spec.batch == oldSelf.spec.batch"
            + " && self.spec.onFailure == oldSelf.spec.onFailure)",
    message =
        "the migration has started: only spec.paused and spec.abort may change."
            + " Set spec.abort to true to go back, or create a new SchemaMigration",
    fieldPath = ".spec")
public class SchemaMigration extends CustomResource<SchemaMigrationSpec, SchemaMigrationStatus>
    implements Namespaced {

  private static final long serialVersionUID = 1L;
}
