package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.ServiceStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What everybody in a simulation knows of it: the objects that users have, which of them belong to
 * which service, and what is recorded of the migration.
 */
final class Scene {

  static final String MIGRATION = "shop-2-0";

  /** Which pods a selector or an endpoint means. */
  enum Where {
    BLUE,
    GREEN,
    MIXED,
    ELSEWHERE
  }

  final World world;
  final Scenario scenario;

  /** What users' objects should be when all is taken back; outsiders' changes are made here too. */
  final Map<ObjectKey, HasMetadata> expected = new TreeMap<>();

  /** Services of Kubernetes that somebody has deleted or pointed elsewhere. */
  final Set<String> lostServices = new HashSet<>();

  /** Services of the migration whose selectors somebody else sets. */
  final Set<String> contested = new HashSet<>();

  /** Whether somebody has changed what the operator does not watch, since it last looked. */
  boolean unheard;

  /** Sides, as SERVICE/SIDE, of which somebody has destroyed pods. */
  final Set<String> destroyed = new HashSet<>();

  /** Services of the migration that somebody has scaled. */
  final Set<String> scaled = new HashSet<>();

  /** When somebody last took the label of rotation from all pods of a service. */
  final Map<String, Instant> stripped = new HashMap<>();

  /** Services upgraded in place of which somebody has destroyed pods that are not back yet. */
  final Set<String> shaken = new HashSet<>();

  /** Services of which somebody has deleted what was recorded. */
  final Set<String> unrecorded = new HashSet<>();

  /** Services upgraded in place whose pod template somebody has changed. */
  final Set<String> edited = new HashSet<>();

  /** Since when a service must have gone back, because somebody has pointed it elsewhere. */
  final Map<String, Instant> mustGoBack = new TreeMap<>();

  /** Since when a person wants a SchemaMigration back. */
  final Map<String, Instant> wantedBack = new TreeMap<>();

  /** How often a person has had it tried once more. */
  int retries;

  /** What fails: checks and Jobs, as SERVICE/CHECK or MEMBER/CHECK. */
  final Set<String> failing;

  /** Users' objects as they were at the start. */
  final Map<ObjectKey, HasMetadata> opened = new TreeMap<>();

  private final Map<String, ServiceSpec> services = new TreeMap<>();
  private final Map<String, Map<String, String>> blueLabels = new HashMap<>();
  private final Map<String, Integer> replicas = new HashMap<>();
  private Migration latest;
  private Index index;

  /** What is recorded, by name. */
  private record Index(
      String version, Map<String, StepStatus> steps, Map<String, ServiceStatus> services) {}

  Scene(World world, Scenario scenario) {
    this.world = world;
    this.scenario = scenario;
    this.failing = new TreeSet<>(scenario.failing());
    scenario.spec().services().forEach(service -> services.put(service.name(), service));
  }

  /** Puts users' objects and the Migration into the cluster. */
  void open() {
    for (HasMetadata object : scenario.objects()) {
      HasMetadata created = world.server.create("kubectl", object);
      boolean isWorkedOn = created instanceof SchemaMigration;
      if (created.getMetadata().getNamespace().equals(World.NAMESPACE) && !isWorkedOn) {
        expected.put(ObjectKey.of(created), created);
        opened.put(ObjectKey.of(created), created);
      }
      workload(created)
          .ifPresent(
              workload -> {
                String name = created.getMetadata().getName();
                blueLabels.putIfAbsent(name, workload.podLabels());
                replicas.putIfAbsent(name, workload.wanted());
              });
    }
  }

  /** Asks for the migration. */
  void ask() {
    Migration migration = new Migration();
    migration.getMetadata().setName(MIGRATION);
    migration.getMetadata().setNamespace(World.NAMESPACE);
    migration.setSpec(scenario.spec());
    latest = world.server.create("kubectl", migration);
    world.listen(
        write -> {
          if (write.after() instanceof Migration changed) {
            latest = changed;
          }
        });
  }

  ObjectKey key() {
    return ObjectKey.of(latest);
  }

  /** The Migration as it is, or was before it was gone. */
  Migration migration() {
    return latest;
  }

  boolean isMigrationThere() {
    return world.server.has(latest);
  }

  Optional<MigrationStatus> status() {
    return Optional.ofNullable(latest).map(Migration::getStatus);
  }

  boolean hasStarted() {
    return status().filter(status -> status.startTime() != null).isPresent();
  }

  boolean isComplete() {
    return status().filter(status -> status.completionTime() != null).isPresent();
  }

  boolean isBackward() {
    return status().filter(status -> status.direction() == Direction.BACKWARD).isPresent();
  }

  boolean isStalled() {
    return !isComplete()
        && !isBackward()
        && status().filter(status -> status.failure() != null).isPresent();
  }

  List<StepStatus> steps() {
    return status().map(MigrationStatus::steps).orElse(List.of());
  }

  private Index index() {
    String version = latest == null ? "" : latest.getMetadata().getResourceVersion();
    if (index == null || !index.version().equals(version)) {
      Map<String, StepStatus> steps = new HashMap<>();
      Map<String, ServiceStatus> found = new HashMap<>();
      steps().forEach(step -> steps.put(step.name(), step));
      status()
          .map(MigrationStatus::services)
          .orElse(List.of())
          .forEach(service -> found.put(service.name(), service));
      index = new Index(version, steps, found);
    }
    return index;
  }

  Optional<StepStatus> step(String name) {
    return Optional.ofNullable(index().steps().get(name));
  }

  /** A step as it is recorded in a status. */
  static Optional<StepStatus> find(MigrationStatus status, String step) {
    return Optional.ofNullable(status).map(MigrationStatus::steps).orElse(List.of()).stream()
        .filter(one -> one.name().equals(step))
        .findFirst();
  }

  /** Whether a step was begun by what is recorded in a status. */
  static boolean wasBegun(MigrationStatus status, String step) {
    return find(status, step).filter(one -> one.state() != StepState.PENDING).isPresent();
  }

  Optional<StepStatus> step(String service, String verb) {
    return step(service + "/" + verb);
  }

  boolean is(String service, String verb, StepState state) {
    return step(service, verb).filter(step -> step.state() == state).isPresent();
  }

  boolean wasBegun(String service, String verb) {
    return step(service, verb)
        .or(() -> step(verb))
        .filter(step -> step.state() != StepState.PENDING)
        .isPresent();
  }

  boolean isPastPointOfNoReturn() {
    return services.keySet().stream()
        .anyMatch(
            service ->
                (!retiresEarly()
                        && (wasBegun(service, Verbs.UPGRADE) || wasBegun(service, Verbs.RETURN)))
                    || wasBegun(service, Verbs.DELETE_BLUE)
                    || wasBegun(service, Verbs.RELEASE));
  }

  /** Whether old versions are given up one by one, with a way back. */
  boolean retiresEarly() {
    return scenario.spec().strategy().rolling() != null
        && scenario.spec().strategy().rolling().retire() == Retire.AFTER_EACH;
  }

  boolean isInPlace(String service) {
    return spec(service).isInPlace();
  }

  boolean hasSets() {
    return scenario.objects().stream().anyMatch(StatefulSet.class::isInstance);
  }

  /** How many workloads stood behind a Service at the start. */
  int workloadsBehind(String service) {
    Service one = (Service) opened.get(new ObjectKey("Service", World.NAMESPACE, service));
    return (int)
        opened.values().stream()
            .flatMap(object -> workload(object).stream())
            .filter(workload -> workload.isSelectedBy(one))
            .count();
  }

  private static Optional<Workload> workload(HasMetadata object) {
    return switch (object) {
      case Deployment deployment -> Optional.of(Workload.of(deployment));
      case StatefulSet set -> Optional.of(Workload.of(set));
      default -> Optional.empty();
    };
  }

  /** The workload that runs at the start, of whichever kind. */
  Optional<Workload> workload(String service) {
    return spec(service).workload().kind() == WorkloadKind.STATEFUL_SET
        ? world.server.get(StatefulSet.class, World.NAMESPACE, blueName(service)).map(Workload::of)
        : blue(service).map(Workload::of);
  }

  /** The key of that workload. */
  ObjectKey workloadKey(String service) {
    return new ObjectKey(
        spec(service).workload().kind().word(), World.NAMESPACE, blueName(service));
  }

  static Map<String, String> withoutRotation(Map<String, String> selector) {
    Map<String, String> without = new HashMap<>(selector);
    without.remove(Marks.ROTATION);
    return without;
  }

  /** Since when a step is begun, if it is. */
  Optional<Instant> begun(String service, String verb) {
    return step(service, verb).map(StepStatus::startedAt);
  }

  /** Whether a step of a service can't be taken back for now. */
  boolean isStuck(String service) {
    return steps().stream()
        .anyMatch(
            step -> step.name().startsWith(service + "/") && step.state() == StepState.UNDO_FAILED);
  }

  Set<String> services() {
    return services.keySet();
  }

  ServiceSpec spec(String service) {
    return services.get(service);
  }

  List<String> dependenciesOf(String service) {
    return Optional.ofNullable(spec(service).dependsOn()).orElse(List.of());
  }

  Optional<ServiceStatus> found(String service) {
    return Optional.ofNullable(index().services().get(service));
  }

  /** Names of the Services that are switched for a service; those known before the start. */
  List<String> traffic(String service) {
    return found(service).map(ServiceStatus::services).orElse(List.of());
  }

  String blueName(String service) {
    return spec(service).workload().name();
  }

  String greenName(String service) {
    return spec(service).replacement() == null
        ? blueName(service) + "-green"
        : spec(service).replacement().name();
  }

  Optional<Deployment> blue(String service) {
    return world.server.get(Deployment.class, World.NAMESPACE, blueName(service));
  }

  Optional<Deployment> green(String service) {
    return world.server.get(Deployment.class, World.NAMESPACE, greenName(service));
  }

  Optional<Service> service(String name) {
    return world.server.get(Service.class, World.NAMESPACE, name);
  }

  /** Replicas of blue at the start. */
  int replicas(String service) {
    return replicas.get(blueName(service));
  }

  /** The service that a Service's traffic belongs to. */
  Optional<String> ownerOfTraffic(String service) {
    return services().stream().filter(name -> traffic(name).contains(service)).findFirst();
  }

  Where where(String service, Map<String, String> selector) {
    Map<String, String> blue = blueLabels.get(blueName(service));
    Map<String, String> green = new HashMap<>(blue);
    found(service).map(ServiceStatus::greenLabels).ifPresent(labels -> labels.forEach(green::put));
    boolean toBlue = Selectors.matches(withoutRotation(selector), blue);
    boolean toGreen = !green.equals(blue) && Selectors.matches(selector, green);
    if (toBlue && toGreen) {
      return Where.MIXED;
    }
    return toBlue ? Where.BLUE : toGreen ? Where.GREEN : Where.ELSEWHERE;
  }

  Where where(String service, Pod pod) {
    String owner = Pods.ownerName(pod);
    if (owner.equals(blueName(service))) {
      return Where.BLUE;
    }
    return owner.equals(greenName(service)) ? Where.GREEN : Where.ELSEWHERE;
  }

  boolean isDestroyed(String service, Where side) {
    return destroyed.contains(service + "/" + side);
  }

  void destroy(String service, Where side) {
    destroyed.add(service + "/" + side);
  }
}
