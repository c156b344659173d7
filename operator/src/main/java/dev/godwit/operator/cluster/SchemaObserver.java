package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at what the Jobs of a SchemaMigration have come to, and at who uses the database. */
public final class SchemaObserver {

  private final Cluster cluster;
  private final Optional<RunnerImage> runner;

  /** An observer of this cluster, and of what the operator is configured with. */
  public SchemaObserver(Cluster cluster, Optional<RunnerImage> runner) {
    this.cluster = cluster;
    this.runner = runner;
  }

  /**
   * What is there now.
   *
   * @param services those that use the database
   * @param asked names of the Jobs of which it matters how they have ended
   * @param probes how the probes stand, by id
   * @param metrics how the metrics stand, by id
   * @param needs what steps want to be shown
   * @param rejections what the API server refused for good, by step
   */
  public Observation observe(
      SchemaMigration migration,
      List<ServicePlan> services,
      Set<String> asked,
      Map<String, ProbeState> probes,
      Map<String, MetricState> metrics,
      Set<Need> needs,
      Map<String, String> rejections) {
    Map<String, JobView> jobs =
        cluster.jobs(migration).stream()
            .filter(job -> Marks.wasMadeBy(job, migration.getMetadata().getUid()))
            .collect(
                Collectors.toMap(
                    job -> job.getMetadata().getName(),
                    job -> view(job, asked.contains(job.getMetadata().getName()))));
    Map<String, ServiceView> users =
        needs.contains(Need.ORIGINAL_PODS) ? users(migration, services) : Map.of();
    cluster.forgetUnasked(migration);
    return new Observation(
        users,
        jobs,
        Map.of(),
        probes,
        metrics,
        Map.of(),
        Map.of(),
        Map.of(),
        cluster.approvals(migration),
        runner,
        needs,
        Set.of(),
        rejections);
  }

  private Map<String, ServiceView> users(SchemaMigration migration, List<ServicePlan> services) {
    return services.stream()
        .collect(Collectors.toMap(ServicePlan::name, plan -> user(migration, plan)));
  }

  /**
   * A service that uses the database: its workload, and the pods of that as in {@link
   * Cluster#pods}; nothing where there is no such workload.
   */
  public ServiceView user(SchemaMigration migration, ServicePlan plan) {
    String namespace = migration.getMetadata().getNamespace();
    return switch (plan.spec().workload().kind()) {
      case DEPLOYMENT -> {
        Optional<Deployment> found = cluster.get(Deployment.class, namespace, plan.workload());
        yield ServiceView.watched(
            found, Optional.empty(), pods(migration, found.map(Workload::of)));
      }
      case STATEFUL_SET -> {
        Optional<StatefulSet> found = cluster.get(StatefulSet.class, namespace, plan.workload());
        yield ServiceView.watched(
            Optional.empty(), found, pods(migration, found.map(Workload::of)));
      }
    };
  }

  private List<Pod> pods(SchemaMigration migration, Optional<Workload> workload) {
    return workload.map(one -> cluster.pods(migration, one.selector())).orElse(List.of());
  }

  private JobView view(Job job, boolean isAsked) {
    String namespace = job.getMetadata().getNamespace();
    String name = job.getMetadata().getName();
    boolean failed = isAsked && JobView.hasFailed(job);
    boolean ended = failed || (isAsked && JobView.isComplete(job));
    return new JobView(
        job,
        failed ? cluster.logTail(namespace, name) : "",
        ended ? cluster.jobEnd(namespace, name) : Optional.empty());
  }
}
