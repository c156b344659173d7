package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServicePlan.InPlace;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.SpecFixture;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.RotationService;
import dev.godwit.operator.resource.Snapshots;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * StatefulSet orders with three members that is upgraded in place, and what is seen of it: all
 * members ready and in rotation, on the old version. Methods change what is seen or recorded.
 */
public final class InPlaceFixture {

  public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  public static final Marks.Maker MAKER = new Marks.Maker("shop-2-0", "uid-of-shop-2-0", "shop");
  public static final Duration DEADLINE = Duration.ofMinutes(10);
  public static final Duration DRAIN = Duration.ofSeconds(30);

  private static final Map<String, String> SELECTOR = Map.of("app", "orders");

  private final int members = 3;
  private final Map<String, GenericKubernetesResource> volumeSnapshots = new HashMap<>();
  private boolean claims;
  private Map<String, String> recorded = SELECTOR;
  private int minAvailable = 2;
  private String version = "1.9";
  private String type = "RollingUpdate";
  private Integer partition = 0;
  private int replicas = members;
  private Direction direction = Direction.FORWARD;
  private boolean observed = true;
  private boolean settled;
  private int recordedPartition;
  private boolean snapshot = true;
  private boolean there = true;
  private Map<String, String> marks = Map.of();
  private boolean followed;
  private Optional<Service> rotation = Optional.empty();
  private Optional<List<Endpoint>> known = Optional.empty();
  private Optional<ServiceSpec.Backup> backup = Optional.empty();
  private Optional<ServiceSpec.Restore> restore = Optional.empty();
  private Map<String, String> selector = byRotation();
  private final Map<Integer, Pod> pods = new TreeMap<>();
  private final Set<String> endpoints = new TreeSet<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, JobView> jobs = new HashMap<>();

  /** Three members in rotation; the Service selects by it. */
  public InPlaceFixture() {
    for (int ordinal = 0; ordinal < members; ordinal++) {
      pod(ordinal, "1.9", true, true);
      endpoints.add("orders-" + ordinal);
    }
    state("snapshot", StepState.DONE);
    state("rotation-on", StepState.DONE);
    for (int ordinal = members - 1; ordinal >= 0; ordinal--) {
      for (String verb : List.of("out", "backup", "upgrade", "in")) {
        state(verb + "-" + ordinal, StepState.PENDING);
      }
    }
    state("rotation-off", StepState.PENDING);
    state("release", StepState.PENDING);
  }

  private static Map<String, String> byRotation() {
    return Map.of("app", "orders", Marks.ROTATION, Marks.IN);
  }

  /** How many members must stay in rotation. */
  public InPlaceFixture minAvailable(int least) {
    minAvailable = least;
    return this;
  }

  /** A member's pod. */
  public InPlaceFixture pod(int ordinal, String runs, boolean ready, boolean inRotation) {
    pods.put(
        ordinal,
        new PodBuilder()
            .withNewMetadata()
            .withName("orders-" + ordinal)
            .withNamespace("shop")
            .withUid("uid-" + ordinal + "-" + runs)
            .withResourceVersion("1")
            .addToLabels("app", "orders")
            .addToLabels("controller-revision-hash", "orders-" + runs)
            .addToLabels(inRotation ? Map.of(Marks.ROTATION, Marks.IN) : Map.of())
            .endMetadata()
            .withNewStatus()
            .withPodIP("10.0.0." + ordinal)
            .addNewCondition()
            .withType("Ready")
            .withStatus(ready ? "True" : "False")
            .withLastTransitionTime(NOW.minusSeconds(60).toString())
            .endCondition()
            .endStatus()
            .build());
    return this;
  }

  /** A member's pod as somebody has changed it. */
  public InPlaceFixture pod(int ordinal, UnaryOperator<PodBuilder> change) {
    pods.computeIfPresent(ordinal, (key, pod) -> change.apply(new PodBuilder(pod)).build());
    return this;
  }

  /** A member has no pod. */
  public InPlaceFixture noPod(int ordinal) {
    pods.remove(ordinal);
    endpoints.remove("orders-" + ordinal);
    return this;
  }

  /** A member gets no traffic. */
  public InPlaceFixture notReached(int ordinal) {
    endpoints.remove("orders-" + ordinal);
    return this;
  }

  /** The pod template, as of that version. */
  public InPlaceFixture template(String runs) {
    version = runs;
    return this;
  }

  /** The update strategy; null: OnDelete. */
  public InPlaceFixture partition(Integer from) {
    partition = from;
    type = from == null ? "OnDelete" : "RollingUpdate";
    return this;
  }

  /** The controller has seen all pods updated and ready. */
  public InPlaceFixture settled() {
    settled = true;
    return this;
  }

  /** The user had this partition before. */
  public InPlaceFixture recordedPartition(int from) {
    recordedPartition = from;
    return this;
  }

  /** The status speaks of an earlier specification. */
  public InPlaceFixture notObserved() {
    observed = false;
    return this;
  }

  /** The status speaks of the present specification. */
  public InPlaceFixture observed() {
    observed = true;
    return this;
  }

  /** The migration goes back. */
  public InPlaceFixture backward() {
    direction = Direction.BACKWARD;
    return this;
  }

  /** Somebody has scaled it. */
  public InPlaceFixture replicas(int wanted) {
    replicas = wanted;
    return this;
  }

  /** Somebody has deleted what was recorded. */
  public InPlaceFixture withoutSnapshot() {
    snapshot = false;
    return this;
  }

  /** Somebody has deleted the StatefulSet. */
  public InPlaceFixture withoutWorkload() {
    there = false;
    return this;
  }

  /** StatefulSet and Service are marked as this migration's. */
  public InPlaceFixture held() {
    marks = Map.of(Marks.MIGRATION, MAKER.migration());
    return this;
  }

  /** The Service's selector as somebody has set it. */
  public InPlaceFixture selects(Map<String, String> other) {
    selector = other;
    return this;
  }

  /** What the Service says that it selects, by the label. */
  public InPlaceFixture says(String selects) {
    marks = Map.of(Marks.SELECTS, selects);
    return this;
  }

  /** The EndpointSlices say the same. */
  public InPlaceFixture followed() {
    followed = true;
    return this;
  }

  /** The Service that shows who is in rotation is there, and these members are known to be. */
  public InPlaceFixture shows(int... ordinals) {
    return shows(RotationService.of(plan(), MAKER), ordinals);
  }

  /** The same with a Service that is like it. */
  public InPlaceFixture shows(Service service, int... ordinals) {
    rotation = Optional.of(service);
    known =
        Optional.of(
            Arrays.stream(ordinals)
                .mapToObj(ordinal -> new Endpoint("orders-" + ordinal, "10.0.0." + ordinal, true))
                .toList());
    return this;
  }

  /** That Service is there, and has no EndpointSlices yet. */
  public InPlaceFixture showsNothingYet() {
    shows();
    known = Optional.empty();
    return this;
  }

  /** A Job saves a member before, and another restores it. */
  public InPlaceFixture withBackupAndRestore() {
    JobCheck job = new JobCheck("registry.example/backup:1", null, null, null);
    backup = Optional.of(new ServiceSpec.Backup(job, null, "1h"));
    restore = Optional.of(new ServiceSpec.Restore(job, "1h"));
    return this;
  }

  /** Each member has a claim, of which a snapshot is made before its upgrade. */
  public InPlaceFixture withVolumeSnapshots() {
    claims = true;
    backup =
        Optional.of(
            new ServiceSpec.Backup(null, new ServiceSpec.VolumeSnapshot(null, false), "1h"));
    return this;
  }

  /** A snapshot of a claim that is there. */
  public InPlaceFixture volumeSnapshot(GenericKubernetesResource snapshot) {
    volumeSnapshots.put(snapshot.getMetadata().getName(), snapshot);
    return this;
  }

  /** Somebody has deleted all of them. */
  public InPlaceFixture withoutVolumeSnapshots() {
    volumeSnapshots.clear();
    return this;
  }

  /** A Job that is there. */
  public InPlaceFixture job(Job job) {
    jobs.put(job.getMetadata().getName(), new JobView(job, ""));
    return this;
  }

  /** What a step has noted. */
  public InPlaceFixture noted(String verb, PreImage image) {
    Entry old = entries.get(verb);
    entries.put(
        verb,
        new Entry(
            old.step(),
            old.stage(),
            old.state(),
            old.startedAt(),
            old.finishedAt(),
            old.undoStartedAt(),
            old.undoneAt(),
            old.attempt(),
            old.message(),
            image));
    return this;
  }

  /** A step is in this state since {@link #NOW}. */
  public InPlaceFixture state(String verb, StepState state) {
    return state(verb, state, NOW, 1);
  }

  /** A step is in this state since then. */
  public InPlaceFixture state(String verb, StepState state, Instant since, int attempt) {
    boolean begun = state != StepState.PENDING;
    boolean ended = begun && state != StepState.RUNNING;
    boolean back =
        Set.of(StepState.UNDOING, StepState.UNDO_FAILED, StepState.UNDONE).contains(state);
    entries.put(
        verb,
        new Entry(
            "orders/" + verb,
            verb,
            state,
            begun ? Optional.of(since) : Optional.empty(),
            ended ? Optional.of(since) : Optional.empty(),
            back ? Optional.of(since) : Optional.empty(),
            state == StepState.UNDONE ? Optional.of(since) : Optional.empty(),
            begun ? attempt : 0,
            "",
            preImage(verb, state)));
    return this;
  }

  /** A step is taken back that had not come to its end. */
  public InPlaceFixture takenBackBeforeItsEnd(String verb) {
    Entry ended = state(verb, StepState.UNDOING).entries.get(verb);
    entries.put(
        verb,
        new Entry(
            ended.step(),
            ended.stage(),
            ended.state(),
            ended.startedAt(),
            Optional.empty(),
            ended.undoStartedAt(),
            ended.undoneAt(),
            ended.attempt(),
            ended.message(),
            ended.preImage()));
    return this;
  }

  /** The selector that was found when the Service was about to be changed. */
  public InPlaceFixture records(Map<String, String> found) {
    recorded = found;
    return state("rotation-on", StepState.RUNNING);
  }

  private PreImage preImage(String verb, StepState state) {
    return switch (verb.split("-", 2)[0]) {
      case "snapshot" ->
          new PreImage("uid", hash("1.9"), 3, "orders-1.9", null, null, null, null, null, null);
      case "rotation" ->
          verb.equals("rotation-on")
              ? PreImages.selectors(Map.of("orders", recorded), null)
              : PreImage.NONE;
      case "upgrade" ->
          state == StepState.DONE ? PreImages.upgraded(hash("2.0"), "orders-2.0") : PreImage.NONE;
      default -> PreImage.NONE;
    };
  }

  /** A member has been upgraded and is in rotation again. */
  public InPlaceFixture upgraded(int ordinal) {
    template("2.0").partition(ordinal).pod(ordinal, "2.0", true, true);
    for (String verb : List.of("out", "backup", "upgrade", "in")) {
      state(verb + "-" + ordinal, StepState.DONE);
    }
    return this;
  }

  /** A member is out of rotation, and its upgrade begins. */
  public InPlaceFixture upgrading(int ordinal) {
    state("out-" + ordinal, StepState.DONE, NOW.minus(DRAIN), 1);
    state("backup-" + ordinal, StepState.DONE);
    state("upgrade-" + ordinal, StepState.RUNNING);
    return pod(ordinal, "1.9", true, false).notReached(ordinal);
  }

  static String hash(String runs) {
    return Templates.hash(set(runs, 3).getSpec().getTemplate());
  }

  private static StatefulSet set(String runs, int wanted) {
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName("orders")
        .withNamespace("shop")
        .withUid("uid")
        .withResourceVersion("1")
        .withGeneration(7L)
        .endMetadata()
        .withNewSpec()
        .withReplicas(wanted)
        .withNewSelector()
        .addToMatchLabels("app", "orders")
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "orders")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("registry.example/orders:" + runs)
        .endContainer()
        .endSpec()
        .endTemplate()
        .withNewUpdateStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withPartition(0)
        .endRollingUpdate()
        .endUpdateStrategy()
        .endSpec()
        .build();
  }

  private StatefulSet recordedSet() {
    return new StatefulSetBuilder(set("1.9", 3))
        .editSpec()
        .editUpdateStrategy()
        .editRollingUpdate()
        .withPartition(recordedPartition)
        .endRollingUpdate()
        .endUpdateStrategy()
        .endSpec()
        .build();
  }

  private StatefulSet seen() {
    return new StatefulSetBuilder(set(version, replicas))
        .editMetadata()
        .addToLabels(marks)
        .endMetadata()
        .editSpec()
        .withVolumeClaimTemplates(
            claims
                ? List.of(
                    new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName("data")
                        .endMetadata()
                        .build())
                : List.of())
        .editUpdateStrategy()
        .withType(type)
        .withRollingUpdate(
            partition == null
                ? null
                : new io.fabric8.kubernetes.api.model.apps.RollingUpdateStatefulSetStrategy(
                    null, partition))
        .endUpdateStrategy()
        .endSpec()
        .withNewStatus()
        .withObservedGeneration(observed ? 7L : 6L)
        .withCurrentRevision("orders-" + (settled ? version : "1.9"))
        .withUpdateRevision("orders-" + version)
        .endStatus()
        .build();
  }

  /** What is asked for and was found. */
  public ServicePlan plan() {
    return new ServicePlan(
        SpecFixture.inPlace(WorkloadKind.STATEFUL_SET, "orders")
            .backup(backup.orElse(null))
            .minAvailable(minAvailable)
            .restore(restore.orElse(null))
            .spec(),
        "1.9",
        "2.0",
        "orders",
        Map.of(),
        List.of("orders"),
        Optional.empty(),
        List.of(),
        Optional.of(new InPlace(members, 0, minAvailable, SELECTOR, List.of())));
  }

  /** The member of an ordinal. */
  public Member member(int ordinal) {
    return Member.of(plan()).get(members - 1 - ordinal);
  }

  Journal journal() {
    return new Journal(
        NOW, Optional.empty(), direction, Optional.empty(), List.copyOf(entries.values()));
  }

  private Map<String, List<Endpoint>> seenEndpoints() {
    Map<String, List<Endpoint>> seen = new HashMap<>();
    seen.put("orders", endpoints.stream().map(pod -> new Endpoint(pod, "10.0.0.9", true)).toList());
    known.ifPresent(list -> seen.put(RotationService.name(plan()), list));
    return seen;
  }

  private Observation observation() {
    Service service =
        new ServiceBuilder()
            .withNewMetadata()
            .withName("orders")
            .withNamespace("shop")
            .withResourceVersion("1")
            .withLabels(marks)
            .endMetadata()
            .withNewSpec()
            .withSelector(selector)
            .endSpec()
            .build();
    ServiceView view =
        new ServiceView(
            Optional.empty(),
            there ? Optional.of(seen()) : Optional.empty(),
            Optional.empty(),
            Map.of("orders", service),
            Optional.empty(),
            rotation,
            seenEndpoints(),
            followed ? Set.of("orders") : Set.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Map.of(),
            List.copyOf(pods.values()),
            Map.of(),
            Map.of());
    return new Observation(
        Map.of("orders", view),
        jobs,
        Map.of(),
        Map.of(),
        Map.of(),
        snapshot
            ? Map.of(
                Snapshots.name(plan(), MAKER),
                Snapshots.of(plan(), MAKER, Workload.of(recordedSet()), Map.of()))
            : Map.of(),
        Map.copyOf(volumeSnapshots),
        Map.of(),
        Optional.of(List.of()),
        Optional.empty(),
        Set.of(),
        Set.of(),
        Map.of());
  }

  /** What a guard is shown. */
  public Situation situation() {
    return new Situation(observation(), journal(), null, NOW);
  }

  /** What a step is shown at {@link #NOW}. */
  Situation situation(String verb) {
    return situation(verb, Duration.ZERO);
  }

  Situation situation(String verb, Duration later) {
    return new Situation(observation(), journal(), entries.get(verb), NOW.plus(later));
  }
}
