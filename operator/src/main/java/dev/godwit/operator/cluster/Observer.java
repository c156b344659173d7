package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.preflight.PreflightFacts;
import dev.godwit.operator.preflight.PreflightFacts.NewTemplate;
import dev.godwit.operator.resource.LoadJob;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.RotationService;
import dev.godwit.operator.resource.Snapshots;
import dev.godwit.operator.resource.Twins;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at the cluster for one decision about a migration that has started. */
public final class Observer {

  private static final Map<String, Class<? extends HasMetadata>> TWIN_KINDS =
      Map.of(
          "HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
          "PodDisruptionBudget", PodDisruptionBudget.class,
          "NetworkPolicy", NetworkPolicy.class);

  private static final Map<String, Class<? extends HasMetadata>> WORKLOAD_KINDS =
      Map.of("Deployment", Deployment.class, "StatefulSet", StatefulSet.class);

  private final Cluster cluster;
  private final NewTemplates newTemplates;
  private final Optional<RunnerImage> runner;

  /** An observer of this cluster, and of what the operator is configured with. */
  public Observer(Cluster cluster, Optional<RunnerImage> runner) {
    this.cluster = cluster;
    this.runner = runner;
    this.newTemplates = new NewTemplates(cluster);
  }

  /**
   * What is there now.
   *
   * @param reached names of the services that are looked at. Those that share Services with others
   *     are looked at in any case
   * @param needs what is read from the API server beyond what is watched
   * @param justSeen what was read a moment ago, and need not be read again: a write that follows
   *     holds for an object as it was seen, and fails where it has changed since
   * @throws ConflictException if blue changed while its new template was asked for
   */
  public Observation observe(
      Migration migration,
      List<ServicePlan> services,
      Set<String> reached,
      Set<Need> needs,
      Map<String, CheckResult> checks,
      Map<String, ProbeState> probes,
      Map<String, MetricState> metrics,
      Optional<PreflightFacts> justSeen) {
    Map<Boolean, List<ServicePlan>> bySeen =
        services.stream()
            .collect(
                Collectors.partitioningBy(
                    plan -> plan.inPlace().isPresent() || reached.contains(plan.name())));
    List<ServicePlan> seen = bySeen.get(true);
    Set<String> unseen =
        bySeen.get(false).stream().map(ServicePlan::name).collect(Collectors.toUnmodifiableSet());
    Listed objects =
        justSeen
            .map(Observer::objects)
            .orElseGet(
                () -> cluster.getAll(migration.getMetadata().getNamespace(), names(seen, needs)));
    return new Look(migration, needs, objects).observe(seen, unseen, checks, probes, metrics);
  }

  private static Listed objects(PreflightFacts facts) {
    return new Listed(
        Map.of(
            Deployment.class, facts.deployments(),
            StatefulSet.class, facts.statefulSets(),
            Service.class, facts.services()));
  }

  /** What is looked at of every service. */
  private static Map<Class<? extends HasMetadata>, Set<String>> names(
      List<ServicePlan> services, Set<Need> needs) {
    Set<String> deployments = new HashSet<>();
    Set<String> sets = new HashSet<>();
    Set<String> named = new HashSet<>();
    for (ServicePlan plan : services) {
      named.addAll(plan.traffic());
      if (plan.spec().workload().kind() == WorkloadKind.STATEFUL_SET) {
        sets.add(plan.workload());
      } else {
        deployments.add(plan.workload());
      }
      if (plan.inPlace().isEmpty()) {
        deployments.add(plan.green());
        named.add(plan.preview());
      } else if (needs.contains(Need.ROTATION)) {
        named.add(RotationService.name(plan));
      }
    }
    return Map.of(
        Deployment.class, deployments,
        StatefulSet.class, sets,
        Service.class, named);
  }

  /** One look; collects what was refused on the way. */
  private final class Look {

    private final Migration migration;
    private final String namespace;
    private final Set<Need> needs;
    private final Map<String, Deployment> deployments;
    private final Map<String, StatefulSet> sets;
    private final Map<String, Service> services;
    private final Map<String, ControllerRevision> snapshots;
    private final Map<String, String> rejections = new HashMap<>();

    Look(Migration migration, Set<Need> needs, Listed seen) {
      this.deployments = byName(seen.of(Deployment.class));
      this.sets = byName(seen.of(StatefulSet.class));
      this.services = byName(seen.of(Service.class));
      this.migration = migration;
      this.namespace = migration.getMetadata().getNamespace();
      this.needs = needs;
      this.snapshots =
          byName(
              cluster.listHeld(
                  ControllerRevision.class, namespace, migration.getMetadata().getName()));
    }

    Observation observe(
        List<ServicePlan> plans,
        Set<String> unseen,
        Map<String, CheckResult> checks,
        Map<String, ProbeState> probes,
        Map<String, MetricState> metrics) {
      boolean anyTwins = plans.stream().anyMatch(plan -> !plan.twins().isEmpty());
      Map<String, HasMetadata> twins = needs.contains(Need.TWINS) && anyTwins ? twins() : Map.of();
      Map<String, ServiceView> views =
          plans.stream().collect(Collectors.toMap(ServicePlan::name, plan -> view(plan, twins)));
      cluster.forgetUnasked(migration);
      boolean anyVolumes = plans.stream().anyMatch(Look::savesVolumes);
      return new Observation(
          views,
          jobs(),
          checks,
          probes,
          metrics,
          snapshots,
          anyVolumes ? byName(cluster.volumeSnapshots(migration)) : Map.of(),
          schemas(),
          cluster.approvals(migration),
          runner,
          needs,
          unseen,
          Map.copyOf(rejections));
    }

    /** Those that are held are watched; one that isn't is read while a step is to hold it. */
    private Map<String, SchemaMigration> schemas() {
      List<String> named =
          Optional.ofNullable(migration.getSpec().schemas()).orElse(List.of()).stream()
              .map(SchemaStage::migration)
              .toList();
      if (named.isEmpty()) {
        return Map.of();
      }
      Map<String, SchemaMigration> seen =
          new HashMap<>(byName(cluster.listHeld(SchemaMigration.class, namespace, name())));
      seen.keySet().retainAll(named);
      if (needs.contains(Need.SCHEMAS)) {
        named.stream()
            .filter(name -> !seen.containsKey(name))
            .flatMap(name -> get(SchemaMigration.class, name).stream())
            .toList()
            .forEach(one -> seen.put(one.getMetadata().getName(), one));
      }
      return seen;
    }

    private static boolean savesVolumes(ServicePlan plan) {
      return plan.spec().backup() != null && plan.spec().backup().volumeSnapshot() != null;
    }

    private static <T extends HasMetadata> Map<String, T> byName(List<T> objects) {
      return objects.stream()
          .collect(Collectors.toMap(object -> object.getMetadata().getName(), one -> one));
    }

    private Marks.Maker maker() {
      return new Marks.Maker(name(), migration.getMetadata().getUid(), namespace);
    }

    private String name() {
      return migration.getMetadata().getName();
    }

    private ServiceView view(ServicePlan plan, Map<String, HasMetadata> twins) {
      boolean isSet = plan.spec().workload().kind() == WorkloadKind.STATEFUL_SET;
      Optional<Deployment> blue =
          isSet ? Optional.empty() : Optional.ofNullable(deployments.get(plan.workload()));
      Optional<StatefulSet> set =
          isSet ? Optional.ofNullable(sets.get(plan.workload())) : Optional.empty();
      boolean inPlace = plan.inPlace().isPresent();
      Optional<Deployment> green =
          inPlace ? Optional.empty() : Optional.ofNullable(deployments.get(plan.green()));
      Map<String, Service> traffic = new HashMap<>();
      Map<String, List<Endpoint>> endpoints = new HashMap<>();
      Set<String> followed = new HashSet<>();
      for (String name : plan.traffic()) {
        Optional<Service> service = Optional.ofNullable(services.get(name));
        service.ifPresent(found -> traffic.put(name, found));
        if (service.filter(found -> isUntouched(plan, found)).isEmpty()) {
          List<EndpointSlice> slices = cluster.endpointSlices(namespace, name);
          endpoints.put(name, Endpoints.of(slices));
          service
              .filter(found -> Endpoints.follow(found, slices))
              .ifPresent(f -> followed.add(name));
        }
      }
      Optional<Service> own =
          Optional.ofNullable(services.get(inPlace ? RotationService.name(plan) : plan.preview()));
      own.map(service -> service.getMetadata().getName())
          .ifPresent(name -> put(name, cluster.endpointSlices(namespace, name), endpoints));
      Optional<Workload> workload = blue.map(Workload::of).or(() -> set.map(Workload::of));
      return new ServiceView(
          blue,
          set,
          green,
          traffic,
          inPlace ? Optional.empty() : own,
          inPlace ? own : Optional.empty(),
          endpoints,
          followed,
          green.map(this::pods).orElse(List.of()),
          autoscaler(plan),
          newTemplate(plan, blue, green),
          originals(plan),
          plan.twins().isEmpty() ? Map.of() : twins,
          members(plan, workload),
          peers(plan),
          digests(plan, workload));
    }

    private static void put(
        String service, List<EndpointSlice> slices, Map<String, List<Endpoint>> endpoints) {
      if (!slices.isEmpty()) {
        endpoints.put(service, Endpoints.of(slices));
      }
    }

    private List<Pod> members(ServicePlan plan, Optional<Workload> workload) {
      if (plan.inPlace().isPresent()) {
        Map<String, String> labels = plan.inPlace().get().selector();
        return cluster.pods(migration, new LabelSelectorBuilder().withMatchLabels(labels).build());
      }
      return needs.contains(Need.ORIGINAL_PODS)
          ? workload.map(one -> cluster.pods(migration, one.selector())).orElse(List.of())
          : List.of();
    }

    private Map<String, HasMetadata> peers(ServicePlan plan) {
      Map<String, HasMetadata> peers = new HashMap<>();
      if (needs.contains(Need.PEERS) && plan.inPlace().isPresent()) {
        for (String key : plan.inPlace().get().peers()) {
          String[] kindAndName = key.split("/", 2);
          get(WORKLOAD_KINDS.get(kindAndName[0]), kindAndName[1])
              .ifPresent(peer -> peers.put(key, peer));
        }
      }
      return peers;
    }

    /** Known from a pod that runs: a tag may mean another image tomorrow. */
    private Map<String, String> digests(ServicePlan plan, Optional<Workload> workload) {
      if (!needs.contains(Need.DIGESTS) || workload.isEmpty() || isRecorded(plan)) {
        return Map.of();
      }
      return cluster
          .anyPod(namespace, workload.get().selector())
          .map(Rollouts::digests)
          .orElse(Map.of());
    }

    /**
     * Whether the service is about to be recorded and marked: where its traffic goes does not
     * matter yet, and to list it right after a write makes the API server wait for its own cache.
     */
    private boolean isUntouched(ServicePlan plan, Service service) {
      return needs.contains(Need.DIGESTS) && !isRecorded(plan) && !Marks.isHeldBy(service, name());
    }

    private boolean isRecorded(ServicePlan plan) {
      return snapshots.containsKey(Snapshots.name(plan, maker()));
    }

    private <T extends HasMetadata> Optional<T> get(Class<T> kind, String name) {
      return cluster.get(kind, namespace, name);
    }

    private List<Pod> pods(Deployment green) {
      return cluster.pods(migration, green.getSpec().getSelector());
    }

    private Optional<HorizontalPodAutoscaler> autoscaler(ServicePlan plan) {
      return needs.contains(Need.AUTOSCALER)
          ? plan.autoscaler().flatMap(name -> get(HorizontalPodAutoscaler.class, name))
          : Optional.empty();
    }

    private Optional<PodTemplateSpec> newTemplate(
        ServicePlan plan, Optional<Deployment> blue, Optional<Deployment> green) {
      boolean wanted = needs.contains(Need.NEW_TEMPLATE) && plan.makesGreen() && green.isEmpty();
      if (!wanted || blue.isEmpty()) {
        return Optional.empty();
      }
      NewTemplate next = newTemplates.of(plan.spec(), Workload.of(blue.get()));
      if (next.template().isEmpty()) {
        rejections.put(plan.step(Verbs.DEPLOY), next.rejection());
      }
      return next.template();
    }

    private Map<String, HasMetadata> originals(ServicePlan plan) {
      Map<String, HasMetadata> originals = new HashMap<>();
      if (needs.contains(Need.TWINS)) {
        for (String key : plan.twins()) {
          String[] kindAndName = key.split("/", 2);
          get(TWIN_KINDS.get(kindAndName[0]), kindAndName[1])
              .ifPresent(original -> originals.put(key, original));
        }
      }
      return originals;
    }

    private Map<String, HasMetadata> twins() {
      Map<String, HasMetadata> twins = new HashMap<>();
      for (Class<? extends HasMetadata> kind : TWIN_KINDS.values()) {
        for (HasMetadata object : cluster.list(kind, namespace)) {
          if (Marks.wasMadeBy(object, migration.getMetadata().getUid())) {
            twins.put(Twins.key(object), object);
          }
        }
      }
      return twins;
    }

    private Map<String, JobView> jobs() {
      return cluster.listHeld(Job.class, namespace, name()).stream()
          .collect(Collectors.toMap(job -> job.getMetadata().getName(), this::view));
    }

    private JobView view(Job job) {
      String name = job.getMetadata().getName();
      boolean failed = JobView.hasFailed(job);
      boolean isAsked =
          needs.contains(Need.JOB_ENDS)
              && LoadJob.isOne(job)
              && (failed || JobView.isComplete(job));
      return new JobView(
          job,
          failed ? cluster.logTail(namespace, name) : "",
          isAsked ? cluster.jobEnd(namespace, name) : Optional.empty());
    }
  }
}
