package dev.godwit.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** What healthy means, for all migrations of a namespace that name it. It has no status. */
@Group(Migration.GROUP)
@Version(Migration.VERSION)
@Plural("healthpolicies")
@ShortNames("hp")
@AdditionalPrinterColumn(
    name = "PROMETHEUS",
    jsonPath = ".spec.prometheus.url",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class HealthPolicy extends CustomResource<HealthSpec, Void> implements Namespaced {

  private static final long serialVersionUID = 1L;
}
