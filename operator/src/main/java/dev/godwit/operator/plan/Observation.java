package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.SchemaMigration;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cluster as it was seen for one decision.
 *
 * @param services by name of the service
 * @param jobs the Jobs of the migration, by name
 * @param checks results of checks that have ended, by id
 * @param probes how the probes stand, by id
 * @param metrics how the metrics stand, by id
 * @param snapshots what was recorded of the workloads of the migration, by name
 * @param volumeSnapshots the VolumeSnapshots that the migration made, by name
 * @param schemas the SchemaMigrations that are stages of the migration, by name
 * @param approvals what people have answered to gates of the migration, to other plans too; empty
 *     while they are not known, as after a start
 * @param runner the image that makes load, where the operator is configured with one
 * @param needs what was read beyond what is always observed
 * @param unseen the services that were not looked at, by name: nothing was begun of them yet
 * @param rejections what the API server said to writes that it refused for good, by step
 */
public record Observation(
    Map<String, ServiceView> services,
    Map<String, JobView> jobs,
    Map<String, CheckResult> checks,
    Map<String, ProbeState> probes,
    Map<String, MetricState> metrics,
    Map<String, ControllerRevision> snapshots,
    Map<String, GenericKubernetesResource> volumeSnapshots,
    Map<String, SchemaMigration> schemas,
    Optional<List<MigrationApproval>> approvals,
    Optional<RunnerImage> runner,
    Set<Need> needs,
    Set<String> unseen,
    Map<String, String> rejections) {

  /**
   * One service.
   *
   * @throws IllegalArgumentException if the migration has no service of that name, or it was not
   *     looked at
   */
  public ServiceView service(String name) {
    ServiceView view = services.get(name);
    if (view == null) {
      throw new IllegalArgumentException("service " + name + " was not observed");
    }
    return view;
  }

  /** The same with writes that were refused. */
  public Observation withRejections(Map<String, String> refused) {
    return new Observation(
        services,
        jobs,
        checks,
        probes,
        metrics,
        snapshots,
        volumeSnapshots,
        schemas,
        approvals,
        runner,
        needs,
        unseen,
        Map.copyOf(refused));
  }
}
