package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.preflight.PreflightFacts.NewTemplate;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.resource.GreenLabels;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Twins;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
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
    Workload original,
    PreflightFacts facts) {

  /**
   * The Deployment that runs blue.
   *
   * @throws IllegalStateException if it is upgraded in place
   */
  Deployment blue() {
    if (original instanceof Workload.OfDeployment deployment) {
      return deployment.object();
    }
    throw new IllegalStateException(original.title() + " is no Deployment");
  }

  boolean isInPlace() {
    return spec.isInPlace();
  }

  /** Kind and name of the workload. */
  String title() {
    return original.title();
  }

  /** The labels of the workload's pods. */
  Map<String, String> labels() {
    return original.podLabels();
  }

  boolean isSelectedBy(Service service) {
    return original.isSelectedBy(service);
  }

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

  /** The pod template that it is brought to, as far as that applies. */
  Optional<PodTemplateSpec> newTemplate() {
    return spec.replacement() != null
        ? replacement().map(one -> one.getSpec().getTemplate())
        : Optional.ofNullable(facts.templates().get(spec.name())).flatMap(NewTemplate::template);
  }

  /** All Services of the namespace that select the workload's pods. */
  List<Service> selecting() {
    return facts.services().stream().filter(this::isSelectedBy).toList();
  }

  /** The labels, with green's values, that would tell green from blue, if any would. */
  Optional<Map<String, String>> greenLabels() {
    return GreenLabels.choose(
        blue(), selecting(), Optional.ofNullable(spec.green()).map(green -> green.label()));
  }

  /** The twins that would be made of an object for green. */
  Stream<HasMetadata> twins(HasMetadata one, Map<String, String> labels) {
    ServicePlan plan =
        new ServicePlan(
            spec,
            "",
            "",
            workload() + "-green",
            labels,
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    Marks.Maker maker = new Marks.Maker(migration, uid, blue().getMetadata().getNamespace());
    return Twins.of(one, blue(), plan, maker).stream();
  }

  /** Names of the Services that the user names, if any are named. */
  Optional<List<String>> namedServices() {
    return spec.sharedService()
        .map(List::of)
        .or(() -> Optional.ofNullable(spec.traffic()).map(traffic -> traffic.services()));
  }

  /** The Services whose traffic is moved, as far as they exist. */
  List<Service> traffic() {
    return namedServices()
        .map(names -> names.stream().map(facts::service).flatMap(Optional::stream).toList())
        .orElseGet(() -> selecting().stream().filter(service -> !isHeadless(service)).toList());
  }

  /** IP addresses of the pods that have its traffic, in order. */
  List<String> serving() {
    return traffic().stream()
        .map(service -> service.getMetadata().getName())
        .flatMap(name -> facts.endpoints().getOrDefault(name, List.of()).stream())
        .filter(Endpoint::ready)
        .map(Endpoint::address)
        .distinct()
        .sorted()
        .toList();
  }

  static boolean isHeadless(Service service) {
    return "None".equals(service.getSpec().getClusterIP());
  }
}
