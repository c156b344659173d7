package dev.godwit.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * Moves services from one version to the next without stopping them.
 *
 * <p>The specification is frozen when the migration starts (that is, when preflight has passed and
 * {@code status.startTime} is set); from then on only the controls {@code paused} and {@code abort}
 * may change.
 */
@Group(Migration.GROUP)
@Version(Migration.VERSION)
@ShortNames("mig")
@AdditionalPrinterColumn(
    name = "STRATEGY",
    jsonPath = ".status.strategy",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "PHASE",
    jsonPath = ".status.phase",
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
            + " || (self.spec.services == oldSelf.spec.services"
            + " && self.spec.strategy == oldSelf.spec.strategy"
            + " && self.spec.onFailure == oldSelf.spec.onFailure"
            + " && self.spec.onUndoFailure == oldSelf.spec.onUndoFailure"
            + " && self.spec.to == oldSelf.spec.to"
            + " && has(self.spec.from) == has(oldSelf.spec.from)"
            + " && (!has(self.spec.from) || self.spec.from == oldSelf.spec.from)"
            + " && has(self.spec.health) == has(oldSelf.spec.health)"
            + " && (!has(self.spec.health) || self.spec.health == oldSelf.spec.health)"
            + " && has(self.spec.schemas) == has(oldSelf.spec.schemas)"
            + " && (!has(self.spec.schemas) || self.spec.schemas == oldSelf.spec.schemas))",
    message =
        "the migration has started: only spec.paused and spec.abort may change."
            + " Set spec.abort to true to go back, or create a new Migration",
    fieldPath = ".spec")
public class Migration extends CustomResource<MigrationSpec, MigrationStatus>
    implements Namespaced {

  /** The API group of all kinds of this project. */
  public static final String GROUP = "godwit.dev";

  /** The version of the API that this package describes. */
  public static final String VERSION = "v1alpha1";

  private static final long serialVersionUID = 1L;
}
