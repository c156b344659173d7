package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.preflight.PreflightFacts;
import dev.godwit.operator.preflight.PreflightFacts.NewTemplate;
import dev.godwit.operator.preflight.PreflightFacts.VolumeFacts;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at the namespace of a migration that has not started. Everything is read from the API
 * server: nothing of it is watched yet.
 */
public final class PreflightObserver {

  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          Deployment.class,
          StatefulSet.class,
          Service.class,
          HorizontalPodAutoscaler.class,
          PodDisruptionBudget.class,
          NetworkPolicy.class,
          ResourceQuota.class);

  private final Cluster cluster;
  private final NewTemplates newTemplates;

  /** An observer of this cluster. */
  public PreflightObserver(Cluster cluster) {
    this.cluster = cluster;
    this.newTemplates = new NewTemplates(cluster);
  }

  /**
   * What is there now, without any answers of blue.
   *
   * @throws ConflictException if a workload changed while it was looked at
   */
  public PreflightFacts observe(Migration migration) {
    String namespace = migration.getMetadata().getNamespace();
    List<Permission> missing =
        cluster.denied(RequiredPermissions.of(migration.getSpec()), namespace);
    if (missing.stream().anyMatch(RequiredPermissions.TO_LOOK::contains)) {
      return PreflightFacts.unseen(words(missing));
    }
    Listed all = cluster.listAll(namespace, KINDS);
    List<Deployment> deployments = all.of(Deployment.class);
    List<Service> services = all.of(Service.class);
    List<StatefulSet> sets = all.of(StatefulSet.class);
    Map<ServiceSpec, Workload> workloads = workloads(migration, deployments, sets);
    Map<String, NewTemplate> templates = templates(workloads);
    List<String> claims = claimNames(workloads.values(), templates.values());
    if (!claims.isEmpty() && !cluster.may(RequiredPermissions.READ_CLAIMS, namespace)) {
      missing.add(RequiredPermissions.READ_CLAIMS);
    }
    return new PreflightFacts(
        true,
        deployments,
        sets,
        services,
        all.of(HorizontalPodAutoscaler.class),
        all.of(PodDisruptionBudget.class),
        all.of(NetworkPolicy.class),
        all.of(ResourceQuota.class),
        claims(namespace, claims),
        volumes(migration, workloads),
        schemas(migration),
        templates,
        endpoints(namespace, services, workloads.values()),
        words(missing),
        Map.of());
  }

  private static Map<ServiceSpec, Workload> workloads(
      Migration migration, List<Deployment> deployments, List<StatefulSet> sets) {
    Map<String, Workload> byTitle =
        Stream.concat(deployments.stream().map(Workload::of), sets.stream().map(Workload::of))
            .collect(Collectors.toMap(Workload::title, Function.identity()));
    Map<ServiceSpec, Workload> workloads = new HashMap<>();
    for (ServiceSpec spec : migration.getSpec().services()) {
      String title = spec.workload().kind().word() + " " + spec.workload().name();
      Optional.ofNullable(byTitle.get(title)).ifPresent(workload -> workloads.put(spec, workload));
    }
    return workloads;
  }

  private Optional<VolumeFacts> volumes(Migration migration, Map<ServiceSpec, Workload> workloads) {
    List<String> claims =
        workloads.entrySet().stream()
            .filter(one -> one.getKey().backup() != null)
            .filter(one -> one.getKey().backup().volumeSnapshot() != null)
            .flatMap(one -> VolumeFactsReader.claims(one.getValue()))
            .toList();
    return claims.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new VolumeFactsReader(cluster, migration.getMetadata().getNamespace()).read(claims));
  }

  private Map<String, SchemaMigration> schemas(Migration migration) {
    return Stream.ofNullable(migration.getSpec().schemas())
        .flatMap(List::stream)
        .flatMap(
            stage ->
                cluster
                    .get(
                        SchemaMigration.class,
                        migration.getMetadata().getNamespace(),
                        stage.migration())
                    .stream())
        .collect(Collectors.toMap(one -> one.getMetadata().getName(), Function.identity()));
  }

  /** Those that the pods mount, and those that pods of the new version would. */
  private static List<String> claimNames(
      Collection<Workload> workloads, Collection<NewTemplate> templates) {
    return Stream.concat(
            workloads.stream().map(Workload::template),
            templates.stream().flatMap(one -> one.template().stream()))
        .flatMap(template -> Stream.ofNullable(template.getSpec().getVolumes()))
        .flatMap(List<Volume>::stream)
        .filter(volume -> volume.getPersistentVolumeClaim() != null)
        .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
        .distinct()
        .toList();
  }

  private List<PersistentVolumeClaim> claims(String namespace, List<String> names) {
    return names.isEmpty() || !cluster.may(RequiredPermissions.READ_CLAIMS, namespace)
        ? List.of()
        : names.stream()
            .flatMap(name -> cluster.get(PersistentVolumeClaim.class, namespace, name).stream())
            .toList();
  }

  private Map<String, NewTemplate> templates(Map<ServiceSpec, Workload> workloads) {
    return workloads.entrySet().stream()
        .filter(entry -> entry.getKey().replacement() == null)
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().name(),
                entry -> newTemplates.of(entry.getKey(), entry.getValue())));
  }

  private Map<String, List<Endpoint>> endpoints(
      String namespace, List<Service> services, Collection<Workload> workloads) {
    return services.stream()
        .filter(service -> workloads.stream().anyMatch(workload -> workload.isSelectedBy(service)))
        .map(service -> service.getMetadata().getName())
        .collect(
            Collectors.toMap(
                Function.identity(),
                name -> Endpoints.of(cluster.endpointSlices(namespace, name))));
  }

  private static List<String> words(List<Permission> permissions) {
    return permissions.stream().map(Permission::toString).toList();
  }
}
