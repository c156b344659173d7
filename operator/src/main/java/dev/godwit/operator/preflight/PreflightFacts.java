package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What preflight looks at: the namespace of the migration as the API server tells it.
 *
 * @param isSeen whether the operator may look at all; otherwise only the missing rights are known
 * @param deployments all of the namespace
 * @param statefulSets all of the namespace
 * @param services all of the namespace
 * @param autoscalers all of the namespace
 * @param budgets all of the namespace
 * @param policies all of the namespace
 * @param quotas all of the namespace
 * @param claims those that the pods of the workloads mount
 * @param volumes what the cluster has for snapshots of claims; only where a backup asks for them
 * @param schemas those that the migration names and that are there, by name
 * @param templates the workloads' pod templates with the new version applied, by service of the
 *     migration; none for a replacement and for a workload that is missing
 * @param endpoints the endpoints of the Services that select a workload's pods, by Service
 * @param missingPermissions what the operator needs and may not do, as "create deployments.apps"
 * @param checks results of the questions to blue that have ended, by id
 */
public record PreflightFacts(
    boolean isSeen,
    List<Deployment> deployments,
    List<StatefulSet> statefulSets,
    List<Service> services,
    List<HorizontalPodAutoscaler> autoscalers,
    List<PodDisruptionBudget> budgets,
    List<NetworkPolicy> policies,
    List<ResourceQuota> quotas,
    List<PersistentVolumeClaim> claims,
    Optional<VolumeFacts> volumes,
    Map<String, SchemaMigration> schemas,
    Map<String, NewTemplate> templates,
    Map<String, List<Endpoint>> endpoints,
    List<String> missingPermissions,
    Map<String, CheckResult> checks) {

  /**
   * A pod template with the new version applied, or why it can't be applied: one of the two is
   * there.
   */
  public record NewTemplate(Optional<PodTemplateSpec> template, String rejection) {}

  /**
   * What the cluster has for snapshots of claims.
   *
   * @param isKnown whether it has the API at all
   * @param mayList whether the operator may look at the classes; otherwise there are none here
   * @param classes the driver of each VolumeSnapshotClass, by name
   * @param defaults the names of those that are the default of their driver
   * @param drivers the driver of each claim that has one, by name of the claim
   */
  public record VolumeFacts(
      boolean isKnown,
      boolean mayList,
      Map<String, String> classes,
      Set<String> defaults,
      Map<String, String> drivers) {}

  /** Of a namespace that the operator may not look at. */
  public static PreflightFacts unseen(List<String> missingPermissions) {
    return new PreflightFacts(
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        Map.of(),
        missingPermissions,
        Map.of());
  }

  /** The same with answers to the questions that were asked of blue. */
  public PreflightFacts withChecks(Map<String, CheckResult> answers) {
    return new PreflightFacts(
        isSeen,
        deployments,
        statefulSets,
        services,
        autoscalers,
        budgets,
        policies,
        quotas,
        claims,
        volumes,
        schemas,
        templates,
        endpoints,
        missingPermissions,
        answers);
  }

  /** All workloads of the namespace. */
  List<Workload> workloads() {
    return Stream.concat(
            deployments.stream().map(Workload::of), statefulSets.stream().map(Workload::of))
        .toList();
  }

  /** A workload by kind and name, as in {@code Deployment orders}. */
  Optional<Workload> workload(String title) {
    return workloads().stream().filter(one -> one.title().equals(title)).findFirst();
  }

  /** A Deployment by name. */
  Optional<Deployment> deployment(String name) {
    return deployments.stream()
        .filter(deployment -> deployment.getMetadata().getName().equals(name))
        .findFirst();
  }

  /** A Service by name. */
  Optional<Service> service(String name) {
    return services.stream()
        .filter(service -> service.getMetadata().getName().equals(name))
        .findFirst();
  }
}
