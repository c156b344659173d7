package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.ApprovalState;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.FieldManagers;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.simulation.ApiServer.Write;
import dev.godwit.operator.simulation.Scene.Where;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What must hold of every write of the operator at the moment it is made: that a step which may
 * make it was recorded as begun before, and that it harms nobody.
 */
final class WriteRules {

  /** What the operator knows at the moment of a write. */
  interface Knowledge {

    /** What it was told last of a metric. */
    Optional<Measured> measured(String metric);

    /** What it was shown last of a probe. */
    Optional<ProbeState> probed(String probe);

    /** Whether requests to a service have failed for longer than a moment. */
    boolean wasIll(String service);

    /** What was true of the last load of a service that has ended. */
    FakeRunner.Truth load(String service);

    Optional<Deployment> deployment(String name);

    /** The pods that it has heard of. */
    List<Pod> pods();

    /** Names of the pods that are ready behind a Service. */
    Set<String> endpoints(String service);
  }

  /** What the operator hears of EndpointSlices may be so much behind. */
  private static final Duration LAG = Duration.ofSeconds(5);

  /** How often traffic is moved while somebody else moves it back. */
  private static final int MOST_ATTEMPTS = 4;

  private final World world;
  private final Scene scene;
  private final Knowledge knowledge;
  private final InPlaceRules inPlace;
  private final SchemaRules schemas;
  private final WaitRules waits;
  private final Duration drain;

  /** When an EndpointSlice last led to a side, as SERVICE/SIDE. */
  final Map<String, Instant> lastTraffic = new HashMap<>();

  WriteRules(
      World world, Scene scene, InPlaceRules inPlace, SchemaRules schemas, Knowledge knowledge) {
    this.world = world;
    this.scene = scene;
    this.inPlace = inPlace;
    this.schemas = schemas;
    this.waits = new WaitRules(scene.scenario);
    this.knowledge = knowledge;
    this.drain = TimeSpan.parse(scene.scenario.spec().strategy().settings().drain());
  }

  /** Where the endpoints of Services lead. */
  interface Endpoints {
    boolean reachOnly(Where side, String service);
  }

  void check(Write write, Endpoints endpoints) {
    if (!write.actor().equals(FieldManagers.GODWIT)) {
      return;
    }
    HasMetadata object = write.object();
    require(
        write.before() == null
            || Marks.holder(write.before()).filter(name -> !name.equals(Scene.MIGRATION)).isEmpty(),
        "writes to what another migration holds: " + World.name(object));
    require(
        object.getMetadata().getNamespace().equals(World.NAMESPACE),
        "writes in another namespace: " + object);
    switch (object) {
      case Migration migration -> migration(write, migration, endpoints);
      case MigrationApproval answer -> answer(write, answer);
      case Deployment deployment -> deployment(write, deployment);
      case StatefulSet set -> inPlace(write, set);
      case Pod pod -> pod(write, pod);
      case Service service -> service(write, service);
      case Job job -> job(write, job);
      case ControllerRevision snapshot -> snapshot(write, snapshot);
      case SchemaMigration schema -> schemas.write(write, schema);
      default -> twinOrAutoscaler(write, object);
    }
  }

  private void migration(Write write, Migration after, Endpoints endpoints) {
    require(
        write.before() instanceof Migration before
            && Objects.equals(before.getSpec(), after.getSpec()),
        "changes the specification of the Migration");
    require(
        !(scene.isBackward() && scene.isPastPointOfNoReturn()),
        "goes back after the point of no return");
    turnsAreKept();
    attemptsAreCounted();
    inPlace.recorded(((Migration) write.before()).getStatus(), after.getStatus());
    new PromotionRules(scene, knowledge)
        .check(((Migration) write.before()).getStatus(), after.getStatus());
    waits.check(((Migration) write.before()).getStatus(), after.getStatus());
    allLargeEnough(((Migration) write.before()).getStatus());
    for (String service : scene.services()) {
      handedOver(write, service);
      confirmed(write, service, Verbs.SWITCH, Where.GREEN, endpoints);
      confirmed(write, service, Verbs.RETURN, Where.BLUE, endpoints);
    }
  }

  /** What people have answered is theirs: nothing but what became of it is written. */
  private void answer(Write write, MigrationApproval after) {
    require(
        write.before() instanceof MigrationApproval before
            && write.after() != null
            && Objects.equals(before.getSpec(), after.getSpec())
            && !Objects.equals(before.getStatus(), after.getStatus()),
        "writes to an answer more than what became of it");
    ApprovalState before =
        Optional.ofNullable(((MigrationApproval) write.before()).getStatus())
            .map(MigrationApprovalStatus::state)
            .orElse(ApprovalState.PENDING);
    require(
        before != ApprovalState.ACCEPTED || after.getStatus().state() == ApprovalState.ACCEPTED,
        "an answer that was accepted is not any more");
  }

  /**
   * Who owns the old version is told to bring the new one when nobody uses the old one any more.
   */
  private void handedOver(Write write, String service) {
    boolean wasBegun =
        Scene.wasBegun(((Migration) write.before()).getStatus(), service + "/" + Verbs.HANDOVER);
    if (!wasBegun && scene.wasBegun(service, Verbs.HANDOVER)) {
      requireDrained(service, Where.BLUE, "hands over");
    }
  }

  /** A switch is recorded as done only after the endpoints have followed it. */
  private void confirmed(
      Write write, String service, String verb, Where side, Endpoints endpoints) {
    boolean wasDone =
        Scene.find(((Migration) write.before()).getStatus(), service + "/" + verb)
            .filter(step -> step.state() == StepState.DONE)
            .isPresent();
    boolean excused =
        scene.contested.contains(service)
            || scene.isDestroyed(service, side)
            || scene.traffic(service).stream().anyMatch(scene.lostServices::contains);
    if (wasDone || excused || !scene.is(service, verb, StepState.DONE)) {
      return;
    }
    for (String name : scene.traffic(service)) {
      require(
          endpoints.reachOnly(side, name),
          "records " + service + "/" + verb + " as done while endpoints of " + name + " lag");
    }
  }

  private void deployment(Write write, Deployment deployment) {
    String name = deployment.getMetadata().getName();
    for (String service : scene.services()) {
      if (name.equals(scene.blueName(service))) {
        if (scene.isInPlace(service)) {
          inPlace(write, deployment);
        } else {
          blue(write, service);
        }
        return;
      }
      if (name.equals(scene.greenName(service))) {
        green(write, service);
        return;
      }
    }
    throw new AssertionError("writes to a foreign Deployment: " + name);
  }

  private void blue(Write write, String service) {
    require(write.before() != null, "creates blue");
    if (write.after() == null) {
      allow(write, service, StepState.RUNNING, Verbs.DELETE_BLUE);
      requireDrained(service, Where.BLUE, "deletes blue");
      return;
    }
    Deployment before = (Deployment) write.before();
    Deployment after = (Deployment) write.after();
    marks(write, service);
    int grown = Rollouts.wanted(after) - Rollouts.wanted(before);
    require(grown >= 0, "scales blue down");
    if (grown > 0) {
      allowOne(write, service, List.of(Verbs.UPGRADE, Verbs.RETURN), List.of(Verbs.SWITCH));
    }
    if (!Templates.same(before.getSpec().getTemplate(), after.getSpec().getTemplate())) {
      if (scene.retiresEarly() && scene.is(service, Verbs.UPGRADE, StepState.UNDOING)) {
        HasMetadata original = scene.opened.get(scene.workloadKey(service));
        require(
            Templates.same(
                after.getSpec().getTemplate(), ((Deployment) original).getSpec().getTemplate()),
            "brings " + World.name(after) + " to another template than it had");
        dependantsAreBack(service);
        return;
      }
      allow(write, service, StepState.RUNNING, Verbs.UPGRADE);
      requireDrained(service, Where.BLUE, "upgrades the original");
    }
  }

  private void inPlace(Write write, HasMetadata object) {
    require(write.before() != null && write.after() != null, "creates or deletes " + object);
    String service =
        scene.services().stream()
            .filter(one -> scene.workloadKey(one).equals(ObjectKey.of(object)))
            .findFirst()
            .orElseThrow(
                () -> new AssertionError("writes to a foreign workload: " + World.name(object)));
    marks(write, service);
    inPlace.changed(service, workload(write.before()), workload(write.after()));
  }

  private static Workload workload(HasMetadata object) {
    return object instanceof StatefulSet set ? Workload.of(set) : Workload.of((Deployment) object);
  }

  private void pod(Write write, Pod pod) {
    require(write.before() instanceof Pod && write.after() != null, "creates or ends a pod");
    boolean ends =
        write.before().getMetadata().getDeletionTimestamp() == null
            && pod.getMetadata().getDeletionTimestamp() != null;
    if (ends) {
      inPlace.deleted(pod);
    } else {
      inPlace.changed((Pod) write.before(), pod);
    }
  }

  private void green(Write write, String service) {
    boolean made = scene.spec(service).replacement() == null;
    if (write.before() == null) {
      require(made, "creates a replacement");
      allow(write, service, StepState.RUNNING, Verbs.DEPLOY);
    } else if (write.after() == null) {
      require(
          made && Marks.wasMadeBy(write.before(), uid()), "deletes a green that it did not make");
      allowOne(write, service, List.of(Verbs.REMOVE), List.of(Verbs.DEPLOY));
      requireDrained(service, Where.GREEN, "deletes green");
    } else {
      Deployment before = (Deployment) write.before();
      Deployment after = (Deployment) write.after();
      marks(write, service);
      require(
          Templates.same(before.getSpec().getTemplate(), after.getSpec().getTemplate()),
          "changes green's template");
      int grown = Rollouts.wanted(after) - Rollouts.wanted(before);
      require(grown >= 0, "scales green down");
      if (grown > 0) {
        require(
            scene.is(service, Verbs.SWITCH, StepState.RUNNING) || isGrowing(),
            "scales green up though neither grow nor "
                + service
                + "/switch is recorded as running");
      }
    }
  }

  /** Whether services that move together are growing: all of them, or those of one turn. */
  private boolean isGrowing() {
    return scene.steps().stream()
        .filter(step -> step.name().startsWith(Verbs.GROW))
        .anyMatch(step -> step.state() == StepState.RUNNING);
  }

  /** Users' objects are claimed by the first step and let go of by the last, or its undo. */
  private void marks(Write write, String service) {
    Optional<String> before = Marks.holder(write.before());
    Optional<String> after = Marks.holder(write.after());
    if (before.equals(after)) {
      return;
    }
    if (after.isPresent()) {
      require(before.isEmpty(), "takes an object from another migration");
      require(
          sharing(service, write).anyMatch(one -> scene.is(one, Verbs.SNAPSHOT, StepState.RUNNING)),
          "claims " + World.name(write.after()) + " though no snapshot is under way");
    } else if (scene.migration().getMetadata().getDeletionTimestamp() == null) {
      require(
          sharing(service, write)
              .anyMatch(
                  one ->
                      scene.is(one, Verbs.RELEASE, StepState.RUNNING)
                          || scene.is(one, Verbs.SNAPSHOT, StepState.UNDOING)),
          "lets go of " + World.name(write.after()) + ", which no step asks for");
    }
  }

  /** The services that an object is of: Services may be shared. */
  private Stream<String> sharing(String service, Write write) {
    return write.object() instanceof Service one
        ? scene.services().stream()
            .filter(other -> scene.traffic(other).contains(one.getMetadata().getName()))
        : Stream.of(service);
  }

  private void service(Write write, Service object) {
    String name = object.getMetadata().getName();
    for (String service : scene.services()) {
      if (name.equals(scene.blueName(service) + "-green")) {
        made(write, service);
        return;
      }
      String shown = scene.spec(service).sharedService().orElse(scene.blueName(service));
      if (scene.isInPlace(service) && name.equals("rotation-" + shown)) {
        inPlace.rotationService(write);
        return;
      }
      if (scene.traffic(service).contains(name)) {
        require(write.before() != null && write.after() != null, "creates or deletes " + name);
        marks(write, service);
        if (scene.isInPlace(service)) {
          inPlace.selector(service, (Service) write.before(), (Service) write.after());
        } else {
          selector(write, service, (Service) write.before(), (Service) write.after());
        }
        return;
      }
    }
    throw new AssertionError("writes to a foreign Service: " + name);
  }

  private void selector(Write write, String service, Service before, Service after) {
    Map<String, String> selector = after.getSpec().getSelector();
    if (selector.equals(before.getSpec().getSelector())) {
      return;
    }
    require(
        scene.where(service, before.getSpec().getSelector()) != Where.ELSEWHERE,
        "moves a Service that somebody else has pointed elsewhere");
    String name = after.getMetadata().getName();
    switch (scene.where(service, selector)) {
      case GREEN -> {
        allow(write, service, StepState.RUNNING, Verbs.SWITCH);
        StepStatus step = scene.step(service, Verbs.SWITCH).orElseThrow();
        require(
            step.preImage() != null
                && step.preImage().selectors() != null
                && step.preImage().selectors().containsKey(name),
            "switches " + name + " before its selector was recorded");
        toGreen(service);
      }
      case BLUE -> toBlue(write, service, name);
      case MIXED -> throw new AssertionError(name + " selects blue and green");
      case ELSEWHERE -> throw new AssertionError(name + " is pointed elsewhere: " + selector);
    }
  }

  private void toGreen(String service) {
    List<String> failed =
        scene.failing.stream().filter(check -> check.startsWith(service + "/")).toList();
    require(failed.isEmpty(), "switches " + service + " though these failed: " + failed);
    compared(service);
    largeEnough(service);
    for (String dependency : scene.dependenciesOf(service)) {
      require(
          scene.contested.contains(dependency) || hasMoved(dependency),
          "switches " + service + " before " + dependency + ", which it depends on");
    }
  }

  /** Green is as large as blue, where nobody has changed that meanwhile. */
  private void largeEnough(String service) {
    if (scene.scaled.contains(service)) {
      return;
    }
    int needed = knowledge.deployment(scene.blueName(service)).map(Rollouts::wanted).orElse(1);
    long ready =
        scene.spec(service).replacement() == null
            ? knowledge.pods().stream()
                .filter(pod -> Pods.ownerName(pod).equals(scene.greenName(service)))
                .filter(Rollouts::isReady)
                .count()
            // Its pods are not ours to look at: what its controller says counts.
            : knowledge.deployment(scene.greenName(service)).map(Rollouts::ready).orElse(0);
    require(
        ready >= needed,
        "moves traffic when %s has %d ready pods where blue has %d"
            .formatted(scene.greenName(service), ready, needed));
  }

  /**
   * Of services that move together none begins before all are large enough: otherwise some would
   * serve the new version, and those that depend on them the old one, for as long as that takes.
   */
  private void allLargeEnough(MigrationStatus before) {
    boolean haveGrown =
        scene.steps().stream()
            .filter(step -> step.name().startsWith(Verbs.GROW) && step.state() == StepState.DONE)
            .anyMatch(step -> !Scene.find(before, step.name()).equals(Optional.of(step)));
    if (haveGrown) {
      scene.services().stream()
          .filter(service -> scene.is(service, Verbs.DEPLOY, StepState.DONE))
          .filter(service -> !Scene.wasBegun(before, service + "/" + Verbs.SWITCH))
          .forEach(this::largeEnough);
    }
  }

  /** Traffic moves after the comparison; and where that may fail, only after a good one. */
  private void compared(String service) {
    Performance asked = scene.scenario.spec().strategy().settings().performance();
    if (asked == null || (asked.services() != null && !asked.services().contains(service))) {
      return;
    }
    require(
        scene.is(service, Verbs.PERFORMANCE, StepState.DONE),
        "switches " + service + " before it was compared");
    FakeRunner.Truth truth = knowledge.load(service);
    boolean good =
        switch (truth) {
          case SAME -> true;
          case HUNGRY, FAT -> !scene.scenario.isMeasured();
          default -> false;
        };
    // Turns that are too short say nothing of the processor time, which is known beforehand.
    boolean unseen = truth == FakeRunner.Truth.HUNGRY && asked.duration().equals("10s");
    require(
        asked.onDegradation() == OnDegradation.WARN || good || unseen,
        "switches " + service + " though the load has found: " + truth);
  }

  private boolean hasMoved(String service) {
    return (scene.isInPlace(service) || scene.retiresEarly())
        ? inPlace.hasMoved(service)
        : isAllOn(service, Where.GREEN);
  }

  private boolean isBack(String service) {
    return (scene.isInPlace(service) || scene.retiresEarly())
        ? inPlace.isBack(service)
        : !isAnyOn(service, Where.GREEN);
  }

  /** A service that can't be taken back does not keep the others, where the user wants that. */
  private boolean isLeftBehind(String service) {
    return scene.scenario.spec().onUndoFailure() == OnUndoFailure.CONTINUE
        && scene.isStuck(service);
  }

  private void dependantsAreBack(String service) {
    for (String dependant : scene.services()) {
      if (scene.dependenciesOf(dependant).contains(service)) {
        require(
            scene.contested.contains(dependant) || isLeftBehind(dependant) || isBack(dependant),
            "takes " + service + " back before " + dependant + ", which depends on it");
      }
    }
  }

  /** Rolling: services come back in the reverse of the order in which they have moved. */
  private void inTurn(String service) {
    if (scene.scenario.spec().strategy().rolling() == null) {
      return;
    }
    Instant moved = scene.step(service, Verbs.SWITCH).orElseThrow().startedAt();
    for (String other : scene.services()) {
      boolean later =
          scene
              .step(other, Verbs.SNAPSHOT)
              .map(StepStatus::startedAt)
              .filter(moved::isBefore)
              .isPresent();
      require(
          !later || scene.contested.contains(other) || isLeftBehind(other) || isBack(other),
          "takes " + service + " back before " + other + ", which has moved after it");
    }
  }

  /** What somebody else takes back each time is not done again for ever. */
  private void attemptsAreCounted() {
    for (StepStatus step : scene.steps()) {
      int attempts = Objects.requireNonNullElse(step.attempt(), 1);
      require(
          attempts <= MOST_ATTEMPTS + scene.retries,
          "tries " + step.name() + " " + attempts + " times");
    }
  }

  /** Rolling: no more services than that are on their way at a time. */
  private void turnsAreKept() {
    Rolling rolling = scene.scenario.spec().strategy().rolling();
    if (rolling == null || scene.isBackward()) {
      return;
    }
    List<String> underWay =
        scene.services().stream()
            .filter(service -> scene.wasBegun(service, Verbs.SNAPSHOT))
            .filter(service -> !inPlace.hasMoved(service))
            .filter(service -> !scene.wasBegun(service, Verbs.RELEASE))
            .toList();
    long most =
        rolling.maxConcurrent()
            + scene.services().stream().filter(scene.contested::contains).count();
    require(underWay.size() <= most, "moves " + underWay + " at a time");
  }

  private void toBlue(Write write, String service, String name) {
    boolean returning = scene.is(service, Verbs.RETURN, StepState.RUNNING);
    if (returning) {
      int needed = knowledge.deployment(scene.greenName(service)).map(Rollouts::wanted).orElse(0);
      int ready = knowledge.deployment(scene.blueName(service)).map(Rollouts::ready).orElse(0);
      require(
          scene.scaled.contains(service) || ready >= needed,
          "returns to " + ready + " ready pods where green has " + needed);
      return;
    }
    allow(write, service, StepState.UNDOING, Verbs.SWITCH);
    Object recorded =
        scene.step(service, Verbs.SWITCH).orElseThrow().preImage().selectors().get(name);
    require(
        recorded.equals(((Service) write.after()).getSpec().getSelector()),
        "takes " + name + " back to something else than was recorded");
    int serving = knowledge.deployment(scene.greenName(service)).map(Rollouts::wanted).orElse(0);
    int wanted = knowledge.deployment(scene.blueName(service)).map(Rollouts::wanted).orElse(0);
    require(
        scene.scaled.contains(service) || wanted >= serving,
        "takes traffic back to %d pods from %d".formatted(wanted, serving));
    dependantsAreBack(service);
    inTurn(service);
  }

  private boolean isAllOn(String service, Where side) {
    return sides(service).allMatch(where -> where == side);
  }

  private boolean isAnyOn(String service, Where side) {
    return sides(service).anyMatch(where -> where == side);
  }

  private Stream<Where> sides(String service) {
    return scene.traffic(service).stream()
        .filter(name -> !scene.lostServices.contains(name))
        .flatMap(name -> scene.service(name).stream())
        .map(one -> scene.where(service, one.getSpec().getSelector()));
  }

  private void job(Write write, Job job) {
    require(write.after() == null || write.before() == null, "changes a Job");
    require(
        write.before() == null || Marks.wasMadeBy(job, uid()), "deletes a Job that it didn't make");
    if (write.before() == null && InPlaceRules.isRestore(job)) {
      inPlace.restores(job);
      return;
    }
    if (FakeDatabase.isWatching(job)) {
      watching(write, job);
      return;
    }
    require(
        scene.steps().stream()
            .anyMatch(
                step ->
                    write.before() == null
                        ? step.state() == StepState.RUNNING && isVerify(step)
                        : mayDeleteJobs(step)),
        "creates or deletes a Job that no step asks for");
  }

  /** A database is watched while the new version serves, and anew after a failure has been seen. */
  private void watching(Write write, Job job) {
    if (write.before() == null) {
      String service = serviceOf(job);
      require(
          scene.status().orElseThrow().direction() == Direction.FORWARD,
          "watches a database on the way back");
      require(
          scene.steps().stream()
              .filter(step -> step.state() == StepState.DONE)
              .anyMatch(step -> movesTo(service, step.name())),
          "watches a database for a version that does not serve");
    } else {
      require(
          scene.status().orElseThrow().failure() != null
              || scene.steps().stream().anyMatch(WriteRules::mayDeleteJobs),
          "deletes a Job that watches");
    }
  }

  private static boolean movesTo(String service, String step) {
    return step.equals(service + "/" + Verbs.SWITCH)
        || step.equals(service + "/" + Verbs.RETURN)
        || step.startsWith(service + "/" + Verbs.IN + "-")
        || step.equals(service + "/" + Verbs.IN);
  }

  private static boolean mayDeleteJobs(StepStatus step) {
    return switch (step.state()) {
      case UNDOING, UNDO_FAILED -> isVerify(step) || step.name().endsWith("/" + Verbs.SNAPSHOT);
      case RUNNING ->
          step.name().endsWith("/" + Verbs.REMOVE) || step.name().endsWith("/" + Verbs.RELEASE);
      case PENDING, DONE, FAILED, UNDONE -> false;
    };
  }

  private static boolean isVerify(StepStatus step) {
    return Stream.of(Verbs.BACKUP, Verbs.SMOKE_TESTS, Verbs.TESTS, Verbs.PERFORMANCE)
        .anyMatch(
            verb -> step.name().endsWith("/" + verb) || step.name().contains("/" + verb + "-"));
  }

  /** What was recorded stays for as long as there is a way back to it. */
  private void snapshot(Write write, ControllerRevision snapshot) {
    String service = serviceOf(snapshot);
    require(write.before() == null || write.after() == null, "changes what it has recorded");
    if (write.before() == null) {
      allow(write, service, StepState.RUNNING, Verbs.SNAPSHOT);
    } else {
      allowOne(write, service, List.of(Verbs.RELEASE), List.of(Verbs.SNAPSHOT));
    }
  }

  private void twinOrAutoscaler(Write write, HasMetadata object) {
    if (Marks.wasMadeBy(object, uid())) {
      made(write, serviceOf(object));
      return;
    }
    require(
        object instanceof HorizontalPodAutoscaler
            && write.before() != null
            && write.after() != null,
        "writes to a foreign object: " + World.name(object));
    HorizontalPodAutoscaler after = (HorizontalPodAutoscaler) write.after();
    String service =
        scene.services().stream()
            .filter(one -> scene.blueName(one).equals(after.getMetadata().getName()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("writes to a foreign autoscaler"));
    if (Changes.scaleDownPolicy(after).filter(Changes.DISABLED::equals).isPresent()) {
      allow(write, service, StepState.RUNNING, Verbs.HOLD_AUTOSCALER);
    } else {
      allowOne(write, service, List.of(Verbs.RELEASE), List.of(Verbs.HOLD_AUTOSCALER));
    }
  }

  private String serviceOf(HasMetadata made) {
    return scene.services().stream()
        .filter(service -> Marks.wasMadeFor(made, uid(), service))
        .findFirst()
        .orElseThrow(() -> new AssertionError("made for no service: " + World.name(made)));
  }

  private void made(Write write, String service) {
    if (write.before() == null) {
      allow(write, service, StepState.RUNNING, Verbs.DEPLOY);
    } else if (write.after() == null) {
      require(Marks.wasMadeBy(write.before(), uid()), "deletes what it did not make");
      allowOne(write, service, List.of(Verbs.REMOVE), List.of(Verbs.DEPLOY));
    } else if (scene.migration().getMetadata().getDeletionTimestamp() == null) {
      // A Migration that is deleted and can go nowhere lets go of everything as it is.
      allow(write, service, StepState.RUNNING, Verbs.RELEASE);
    }
  }

  private void requireDrained(String service, Where side, String what) {
    if (scene.contested.contains(service)
        || scene.isDestroyed(service, side)
        || scene.traffic(service).stream().anyMatch(scene.lostServices::contains)) {
      return;
    }
    require(!isAnyOn(service, side), what + " while it has traffic");
    Instant last = lastTraffic.get(service + "/" + side);
    require(
        last == null || !world.now().plus(LAG).isBefore(last.plus(drain)),
        what + " before its connections were drained");
  }

  /** Write-ahead: the step must have been recorded as begun before. */
  private void allow(Write write, String service, StepState state, String verb) {
    require(
        scene.is(service, verb, state),
        "%s of %s though %s/%s is not recorded as %s"
            .formatted(write.verb(), World.name(write.object()), service, verb, state));
  }

  private void allowOne(Write write, String service, List<String> forward, List<String> undone) {
    boolean allowed =
        forward.stream().anyMatch(verb -> scene.is(service, verb, StepState.RUNNING))
            || undone.stream().anyMatch(verb -> scene.is(service, verb, StepState.UNDOING));
    require(
        allowed,
        "%s of %s though neither %s is recorded as running nor %s as being undone"
            .formatted(write.verb(), World.name(write.object()), forward, undone));
  }

  private String uid() {
    return scene.migration().getMetadata().getUid();
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError("the operator " + otherwise);
    }
  }
}
