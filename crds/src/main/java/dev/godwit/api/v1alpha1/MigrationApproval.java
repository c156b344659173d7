package dev.godwit.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A person's yes or no to one gate of one Migration or SchemaMigration, for the plan that they have
 * seen. It can't be changed; to think again is to delete it and apply another one, until the gate
 * was passed.
 */
@Group(Migration.GROUP)
@Version(Migration.VERSION)
@ShortNames("mapr")
@AdditionalPrinterColumn(
    name = "MIGRATION",
    jsonPath = ".spec.migration",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "GATE",
    jsonPath = ".spec.gate",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "DECISION",
    jsonPath = ".spec.decision",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "BY",
    jsonPath = ".spec.approvedBy",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "STATE",
    jsonPath = ".status.state",
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
    value = "self.spec == oldSelf.spec",
    message =
        "an approval can't be changed: delete it and apply another one, which counts until the gate"
            + " was passed",
    fieldPath = ".spec")
public class MigrationApproval
    extends CustomResource<MigrationApprovalSpec, MigrationApprovalStatus> implements Namespaced {

  private static final long serialVersionUID = 1L;
}
