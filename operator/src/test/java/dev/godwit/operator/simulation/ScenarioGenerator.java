package dev.godwit.operator.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Database;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.OnProviderError;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.SqlCheck;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.api.v1alpha1.UpgradeWay;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.simulation.Scenario.Disturbance;
import dev.godwit.operator.simulation.Scenario.Faults;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetOrdinals;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategyBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRulesBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A random scenario. */
final class ScenarioGenerator {

  private static final long COMPARED = 0x5DEECE66DL;
  private static final long STAGED = 0x2545F4914F6CDD1DL;

  private static final List<Disturbance.Kind> KINDS =
      Stream.of(Disturbance.Kind.values()).filter(kind -> !kind.isOfSchemas()).toList();

  private static final List<String> NAMES =
      List.of(
          "users",
          "orders",
          "payments",
          "search",
          "catalog",
          "cart",
          "stock",
          "shipping",
          "reviews",
          "mail",
          "images",
          "gateway");

  private static final List<String> MOMENTS =
      Arrays.asList(
          null,
          Verbs.SNAPSHOT,
          Verbs.BACKUP,
          Verbs.DEPLOY,
          Verbs.DEPLOY,
          Verbs.SMOKE_TESTS,
          Verbs.TESTS,
          Verbs.HOLD_AUTOSCALER,
          Verbs.GROW,
          Verbs.SWITCH,
          Verbs.SWITCH,
          Verbs.SWITCH,
          Verbs.MONITOR,
          Verbs.MONITOR,
          Verbs.STABILITY,
          Verbs.DRAIN_BLUE,
          Verbs.UPGRADE,
          Verbs.HANDOVER,
          Verbs.RETURN,
          Verbs.DRAIN_GREEN,
          Verbs.DELETE_BLUE,
          Verbs.REMOVE,
          Verbs.RELEASE);

  /** The same for what is upgraded in place; one that ends in a hyphen is of one member. */
  private static final List<String> MOMENTS_IN_PLACE =
      Arrays.asList(
          null,
          Verbs.SNAPSHOT,
          Verbs.ROTATION_ON,
          Verbs.OUT + "-",
          Verbs.BACKUP + "-",
          Verbs.UPGRADE + "-",
          Verbs.UPGRADE + "-",
          Verbs.UPGRADE + "-",
          Verbs.SMOKE_TESTS + "-",
          Verbs.IN + "-",
          Verbs.IN + "-",
          Verbs.ROTATION_OFF,
          Verbs.MONITOR,
          Verbs.MONITOR,
          Verbs.STABILITY,
          Verbs.RELEASE);

  private static final List<Disturbance.Kind> KINDS_IN_PLACE =
      List.of(
          Disturbance.Kind.ABORT,
          Disturbance.Kind.ABORT,
          Disturbance.Kind.PAUSE,
          Disturbance.Kind.DELETE_MIGRATION,
          Disturbance.Kind.EVICT_MEMBER,
          Disturbance.Kind.EVICT_MEMBER,
          Disturbance.Kind.EVICT_MEMBER,
          Disturbance.Kind.EVICT_OUT,
          Disturbance.Kind.STRIP_PODS,
          Disturbance.Kind.STRIP_LABELS,
          Disturbance.Kind.REVERT_SELECTOR,
          Disturbance.Kind.KEEP_REVERTING_SELECTOR,
          Disturbance.Kind.FOREIGN_SELECTOR,
          Disturbance.Kind.DELETE_SERVICE,
          Disturbance.Kind.EDIT_BLUE,
          Disturbance.Kind.SCALE_BLUE,
          Disturbance.Kind.DELETE_BLUE,
          Disturbance.Kind.DELETE_SNAPSHOT,
          Disturbance.Kind.TOUCH,
          Disturbance.Kind.CRASH_GREEN,
          Disturbance.Kind.FAIL_PROBES,
          Disturbance.Kind.LOSE_IMAGE,
          Disturbance.Kind.DEAFEN_IMAGE,
          Disturbance.Kind.REFUSE_WRITES);

  private final RandomGenerator random;
  private final List<HasMetadata> objects = new ArrayList<>();
  private final List<ServiceSpec> services = new ArrayList<>();
  private final Set<String> failing = new HashSet<>();

  /** The members of what is upgraded in place, by service. */
  private final Map<String, List<String>> inPlace = new HashMap<>();

  private final GateGenerator gates;

  private ScenarioGenerator(long seed, RandomGenerator random) {
    this.random = random;
    this.gates = new GateGenerator(seed);
  }

  static Scenario generate(long seed, RandomGenerator random) {
    Scenario scenario = new ScenarioGenerator(seed, random).generate("seed " + seed);
    Scenario compared =
        compared(
            measured(scenario, new Random(~seed * Simulation.GOLDEN_RATIO)),
            new Random((seed ^ COMPARED) * Simulation.GOLDEN_RATIO));
    return SchemaGenerator.staged(compared, new Random((seed ^ STAGED) * Simulation.GOLDEN_RATIO));
  }

  /** In a part of the scenarios new and old are compared, by a chance of its own, too. */
  private static Scenario compared(Scenario scenario, Random random) {
    List<String> beside =
        scenario.spec().services().stream()
            .filter(service -> !service.isInPlace())
            .map(ServiceSpec::name)
            .toList();
    if (random.nextInt(4) > 0 || beside.isEmpty()) {
      return scenario;
    }
    List<String> some = beside.stream().filter(name -> random.nextInt(3) > 0).toList();
    return scenario.with(
        new Performance(
            List.of(new Performance.Request("GET", "/price?in=$", 1, null, null, null)),
            50,
            random.nextBoolean() ? "10s" : "160s",
            "0s",
            null,
            "10%",
            Performance.Quantile.P90,
            random.nextBoolean() ? OnDegradation.FAIL : OnDegradation.WARN,
            some.isEmpty() ? null : some));
  }

  /** A part of the scenarios is measured, by a chance of its own: the rest stays what it is. */
  private static Scenario measured(Scenario scenario, Random random) {
    HealthSpec probes = scenario.spec().health();
    if (random.nextInt(4) > 0) {
      return scenario;
    }
    HealthSpec health =
        new HealthSpec(
            null,
            "5s",
            new PrometheusSpec("http://prometheus:9090", null),
            probes == null ? null : probes.probes(),
            null,
            null,
            100,
            List.of(OnNoData.values()).get(random.nextInt(3)),
            List.of(OnProviderError.values()).get(random.nextInt(2)),
            "2m",
            "3m");
    return scenario.with(health);
  }

  private Scenario generate(String name) {
    boolean rolling = chance(0.55);
    boolean inPlace = rolling && chance(0.65);
    int count =
        rolling
            ? 1 + random.nextInt(chance(0.2) ? NAMES.size() : 5)
            : 1 + Math.min(random.nextInt(6) / 2 + random.nextInt(2), 3);
    boolean replacement = chance(0.1);
    List<String> names = new ArrayList<>(NAMES.subList(0, count));
    while (!names.isEmpty()) {
      add(names, inPlace, replacement);
    }
    decoys();
    Cleanup cleanup =
        replacement
            ? any(List.of(Cleanup.DELETE, Cleanup.KEEP))
            : any(
                List.of(
                    Cleanup.REPLACE,
                    Cleanup.REPLACE,
                    Cleanup.DELETE,
                    Cleanup.KEEP,
                    Cleanup.HANDOVER));
    MigrationSpec spec =
        new MigrationSpec(
            chance(0.3) ? "1.9" : null,
            "2.0",
            listed(),
            rolling ? rolling(cleanup) : blueGreen(cleanup),
            chance(0.5) ? HealthSpec.of(List.of(probe())) : null,
            null,
            chance(0.75) ? OnFailure.ROLLBACK : OnFailure.PAUSE,
            chance(0.75) ? OnUndoFailure.CONTINUE : OnUndoFailure.STOP,
            false,
            false,
            Approver.CREATOR);
    return new Scenario(
        name,
        List.copyOf(objects),
        spec,
        failing,
        disturbances(),
        faults(),
        gates.replies(),
        chance(0.3),
        Map.of(),
        Optional.empty());
  }

  /** As they depend on each other, or in any order. */
  private List<ServiceSpec> listed() {
    List<ServiceSpec> listed = new ArrayList<>(services);
    if (chance(0.3)) {
      Collections.shuffle(listed, random);
    }
    return List.copyOf(listed);
  }

  private Strategy blueGreen(Cleanup cleanup) {
    BlueGreen blueGreen =
        new BlueGreen(
            checks("smoke", 2),
            checks("test", 2),
            null,
            any(List.of("90s", "3m")),
            any(List.of("0s", "30s", "2m")),
            any(List.of("0s", "1m")),
            any(List.of("0s", "10s", "30s")),
            cleanup,
            gates.blueGreen());
    return new Strategy(blueGreen, null);
  }

  private Strategy rolling(Cleanup cleanup) {
    Retire retire = cleanup == Cleanup.REPLACE && chance(0.6) ? Retire.AFTER_EACH : Retire.AT_END;
    Rolling rolling =
        new Rolling(
            checks("smoke", 1),
            checks("test", 1),
            null,
            1 + random.nextInt(4),
            any(List.of("90s", "3m")),
            any(List.of("0s", "30s", "1m")),
            any(List.of("0s", "20s")),
            any(List.of("0s", "1m")),
            any(List.of("0s", "10s", "30s")),
            cleanup,
            retire,
            gates.rolling(retire));
    return new Strategy(null, rolling);
  }

  private void add(List<String> names, boolean inPlace, boolean replacement) {
    if (inPlace && names.size() > 1 && chance(0.25)) {
      addPool(names);
    } else if (inPlace && chance(0.6)) {
      addSet(names.removeFirst());
    } else {
      add(names.removeFirst(), replacement);
    }
  }

  /** Two or three workloads behind one Service; now and then one of them does not migrate. */
  private void addPool(List<String> names) {
    int size = Math.min(names.size(), 2 + random.nextInt(2));
    String pool = names.getFirst() + "-pool";
    objects.add(Inventory.service(pool, Map.of(Inventory.POOL, pool)));
    if (chance(0.3)) {
      objects.add(Inventory.cell(pool + "-spare", pool, 1 + random.nextInt(2), "1.9"));
    }
    for (int i = 0; i < size; i++) {
      String name = names.removeFirst();
      int replicas = 1 + random.nextInt(3);
      boolean set = chance(0.4);
      objects.add(
          set
              ? Inventory.cellSet(name, pool, replicas, "1.9")
              : Inventory.cell(name, pool, replicas, "1.9"));
      inPlace.put(name, List.of(Members.WHOLE));
      services.add(
          inPlaceSpec(
              name,
              set ? WorkloadKind.STATEFUL_SET : WorkloadKind.DEPLOYMENT,
              new ServiceSpec.Traffic(null, pool),
              chance(0.15) ? 1 : null));
    }
  }

  private void addSet(String name) {
    int replicas = chance(0.1) ? 1 : 2 + random.nextInt(3);
    int first = chance(0.1) ? 3 : 0;
    StatefulSet set = Inventory.statefulSet(name, replicas, "1.9");
    objects.add(
        new StatefulSetBuilder(set)
            .editSpec()
            .withOrdinals(first == 0 ? null : new StatefulSetOrdinals(first))
            .withUpdateStrategy(chance(0.15) ? canary(random.nextInt(replicas + 1)) : null)
            .endSpec()
            .build());
    objects.add(Inventory.headless(name));
    objects.add(Inventory.service(name, Map.of("app", name)));
    if (chance(0.3)) {
      objects.add(Inventory.service(name + "-api", Map.of("app", name, "tier", "backend")));
    }
    inPlace.put(
        name, IntStream.range(0, replicas).mapToObj(i -> Integer.toString(first + i)).toList());
    int fewest = random.nextInt(replicas);
    services.add(
        inPlaceSpec(
            name,
            WorkloadKind.STATEFUL_SET,
            null,
            replicas == 1 ? Integer.valueOf(0) : chance(0.25) ? fewest : null));
  }

  private static StatefulSetUpdateStrategy canary(int partition) {
    return new StatefulSetUpdateStrategyBuilder()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withPartition(partition)
        .endRollingUpdate()
        .build();
  }

  private ServiceSpec inPlaceSpec(
      String name, WorkloadKind kind, ServiceSpec.Traffic traffic, Integer minAvailable) {
    boolean patch = chance(0.3);
    List<String> dependsOn =
        services.stream().map(ServiceSpec::name).filter(other -> chance(0.3)).toList();
    ServiceSpec.Backup backup = chance(0.4) ? backup(name) : null;
    return new ServiceSpec(
        name,
        new ServiceSpec.Workload(kind, name),
        patch ? null : Inventory.image(name, "2.0"),
        null,
        patch ? patch(name) : null,
        null,
        traffic,
        null,
        dependsOn.isEmpty() ? null : dependsOn,
        backup,
        UpgradeWay.IN_PLACE,
        minAvailable,
        backup != null && chance(0.7) ? restore(name) : null);
  }

  private ServiceSpec.Restore restore(String service) {
    if (chance(0.1)) {
      failing.add(service + "/" + InPlaceRules.RESTORE);
    }
    return new ServiceSpec.Restore(
        new JobCheck("registry.example/restore:1", null, null, null), "10m");
  }

  private void add(String name, boolean replacement) {
    int replicas = 1 + random.nextInt(4);
    objects.add(Inventory.deployment(name, replicas, "1.9"));
    objects.add(Inventory.service(name, Map.of("app", name)));
    if (chance(0.4)) {
      objects.add(Inventory.service(name + "-api", Map.of("app", name, "tier", "backend")));
    }
    if (chance(0.15)) {
      objects.add(Inventory.service(name + "-metrics", Map.of("app", name)));
    }
    if (chance(0.4)) {
      int least = 1 + random.nextInt(replicas);
      objects.add(Inventory.autoscaler(name, least, replicas + 2, rulesUp(), rulesDown()));
    }
    if (chance(0.4)) {
      objects.add(Inventory.budget(name));
    }
    if (chance(0.4)) {
      objects.add(Inventory.policy(name, any(NAMES)));
    }
    if (replacement) {
      objects.add(Inventory.deployment(name + "-v2", name, replicas, "2.0"));
    }
    services.add(serviceSpec(name, replacement));
  }

  private HPAScalingRules rulesUp() {
    return chance(0.3) ? new HPAScalingRulesBuilder().withSelectPolicy("Min").build() : null;
  }

  private HPAScalingRules rulesDown() {
    HPAScalingRules rules =
        new HPAScalingRulesBuilder()
            .withStabilizationWindowSeconds(60)
            .addNewPolicy(30, "Pods", 1)
            .build();
    return switch (random.nextInt(5)) {
      case 0 -> rules;
      case 1 -> new HPAScalingRulesBuilder(rules).withSelectPolicy("Min").build();
      case 2 -> new HPAScalingRulesBuilder().withSelectPolicy("Disabled").build();
      default -> null;
    };
  }

  private ServiceSpec serviceSpec(String name, boolean replacement) {
    boolean patch = !replacement && chance(0.3);
    List<String> earlier = services.stream().map(ServiceSpec::name).toList();
    List<String> dependsOn = earlier.stream().filter(other -> chance(0.4)).toList();
    return new ServiceSpec(
        name,
        new ServiceSpec.Workload(WorkloadKind.DEPLOYMENT, name),
        patch || replacement ? null : Inventory.image(name, "2.0"),
        null,
        patch ? patch(name) : null,
        replacement ? new ServiceSpec.Replacement(name + "-v2") : null,
        chance(0.2) ? new ServiceSpec.Traffic(List.of(name), null) : null,
        !replacement && chance(0.2) ? new ServiceSpec.Green("app") : null,
        dependsOn.isEmpty() ? null : dependsOn,
        chance(0.2) ? backup(name) : null,
        null,
        null,
        null);
  }

  private ServiceSpec.Backup backup(String service) {
    if (chance(0.05)) {
      failing.add(service + "/" + Verbs.BACKUP);
    }
    return new ServiceSpec.Backup(
        new JobCheck("registry.example/backup:1", null, null, null), null, "10m");
  }

  static JsonNode patch(String name) {
    return Json.tree(
        Map.of(
            "spec",
            Map.of(
                "containers",
                List.of(
                    Map.of(
                        "name",
                        "main",
                        "image",
                        Inventory.image(name, "2.0"),
                        "env",
                        List.of(Map.of("name", "FEATURE", "value", "on")))))));
  }

  private List<Check> checks(String prefix, int most) {
    List<Check> checks = new ArrayList<>();
    for (int number = 1; number <= random.nextInt(most + 1); number++) {
      checks.add(check(prefix + "-" + number));
    }
    return checks.isEmpty() && chance(0.5) ? null : checks;
  }

  private Check check(String name) {
    boolean job = chance(0.4);
    boolean sql = !job && chance(0.15);
    List<String> only =
        chance(0.3) ? List.of(any(services.stream().map(ServiceSpec::name).toList())) : null;
    services.stream()
        .map(ServiceSpec::name)
        .filter(service -> only == null || only.contains(service))
        .filter(service -> chance(0.04))
        .forEach(service -> failing.add((sql ? service : anyMember(service)) + "/" + name));
    return new Check(
        name,
        job || sql ? null : new HttpCheck("/", 8080, null, null, null),
        null,
        null,
        job ? new JobCheck("registry.example/check:1", null, null, null) : null,
        sql ? sql() : null,
        only,
        null,
        3);
  }

  private static SqlCheck sql() {
    Database database = new Database(new Database.SecretRef("orders-db"));
    return new SqlCheck(database, "select true", "10s", 2);
  }

  private static Probe probe() {
    return new Probe(
        "ready",
        new HttpCheck("/healthz", 8080, null, null, null),
        null,
        null,
        null,
        "5s",
        "2s",
        3);
  }

  private void decoys() {
    objects.add(Inventory.deployment("decoy", 1, "1.9"));
    objects.add(Inventory.service("decoy", Map.of("app", "decoy")));
    objects.add(Inventory.budget("decoy"));
    objects.add(Inventory.elsewhere(Inventory.deployment("users", 2, "1.9")));
    objects.add(Inventory.elsewhere(Inventory.service("users", Map.of("app", "users"))));
  }

  private List<Disturbance> disturbances() {
    List<Disturbance> disturbances = new ArrayList<>();
    int count = Math.max(0, random.nextInt(6) - 2);
    List<String> names = services.stream().map(ServiceSpec::name).toList();
    for (int i = 0; i < count; i++) {
      String service = any(names);
      boolean elsewhere = names.size() > 1 && chance(0.2);
      disturbances.add(
          new Disturbance(
              kind(service),
              service,
              elsewhere ? moment(any(names), true) : moment(service, false),
              Duration.ofMillis(random.nextInt(chance(0.5) ? 3000 : 60000))));
    }
    if (chance(0.1)) {
      Duration delay = Duration.ofMillis(random.nextInt(10_000));
      disturbances.add(
          new Disturbance(Disturbance.Kind.REFUSE_WRITES, any(names), Disturbance.WAY_BACK, delay));
    }
    return disturbances;
  }

  /** Most of what happens to green can't happen to what is upgraded in place. */
  private Disturbance.Kind kind(String service) {
    return inPlace.containsKey(service) && chance(0.8) ? any(KINDS_IN_PLACE) : any(KINDS);
  }

  /** A moment of a service; that of another has the name of its step. */
  private String moment(String service, boolean elsewhere) {
    List<String> members = inPlace.get(service);
    String moment = any(members == null ? MOMENTS : MOMENTS_IN_PLACE);
    if (moment != null && moment.endsWith("-")) {
      moment += any(members);
    }
    return moment != null && elsewhere ? service + "/" + moment : moment;
  }

  /** A service, or one of its members. */
  private String anyMember(String service) {
    List<String> members = inPlace.get(service);
    boolean one = members != null && !members.equals(List.of(Members.WHOLE)) && chance(0.6);
    return one ? service + "-" + any(members) : service;
  }

  private Faults faults() {
    return switch (random.nextInt(4)) {
      case 0 -> Faults.NONE;
      case 1 -> new Faults(0.005, 0.01, 0.05, 0.05);
      case 2 -> new Faults(0.02, 0.03, 0.2, 0.2);
      default -> new Faults(0.05, 0.05, 0.4, 0.4);
    };
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
