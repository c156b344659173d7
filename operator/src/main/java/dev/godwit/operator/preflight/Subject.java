package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.resource.GreenLabels;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.resource.Twins;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One service of a migration whose workload exists, as the checks look at it.
 *
 * @param field path of the service in the specification
 * @param migration name of the Migration
 */
record Subject(
    MigrationSpec migrationSpec,
    ServiceSpec spec,
    String field,
    String migration,
    String uid,
    Deployment blue,
    PreflightFacts facts) {

  Problem problem(String member, String message) {
    return new Problem(field + "." + member, message);
  }

  String workload() {
    return spec.workload().name();
  }

  Optional<Deployment> replacement() {
    return Optional.ofNullable(spec.replacement())
        .flatMap(replacement -> facts.deployment(replacement.name()));
  }

  /** All Services of the namespace that select the workload's pods. */
  List<Service> selecting() {
    return facts.services().stream()
        .filter(service -> Selectors.serviceSelects(service, blue))
        .toList();
  }

  /** The labels, with green's values, that would tell green from blue, if any would. */
  Optional<Map<String, String>> greenLabels() {
    return GreenLabels.choose(
        blue, selecting(), Optional.ofNullable(spec.green()).map(green -> green.label()));
  }

  /** The twins that would be made of an object for green. */
  Stream<HasMetadata> twins(HasMetadata original, Map<String, String> labels) {
    ServicePlan plan =
        new ServicePlan(
            spec, "", workload() + "-green", labels, List.of(), Optional.empty(), List.of());
    Marks.Maker maker = new Marks.Maker(migration, uid, blue.getMetadata().getNamespace());
    return Twins.of(original, blue, plan, maker).stream();
  }

  /** Names of the Services that the user names, if any are named. */
  Optional<List<String>> namedServices() {
    return Optional.ofNullable(spec.traffic()).map(traffic -> traffic.services());
  }

  /** The Services whose traffic is moved, as far as they exist. */
  List<Service> traffic() {
    return namedServices()
        .map(names -> names.stream().map(facts::service).flatMap(Optional::stream).toList())
        .orElseGet(() -> selecting().stream().filter(service -> !isHeadless(service)).toList());
  }

  static boolean isHeadless(Service service) {
    return "None".equals(service.getSpec().getClusterIP());
  }
}
