package dev.godwit.operator.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.simulation.Scenario.Disturbance;
import dev.godwit.operator.simulation.Scene.Where;
import dev.godwit.operator.step.SchemaView;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Everybody but the operator and the controllers: GitOps tools, people, accidents. */
final class Outsiders {

  private static final String GITOPS = "argocd-controller";
  private static final String PERSON = "kubectl-edit";

  /** Name of another Migration. */
  private static final String OTHER = "another";

  /** When a person loses patience. */
  private static final Duration PATIENCE = Duration.ofHours(3);

  /** The same where every turn waits for people and windows. */
  private static final Duration PATIENCE_AT_GATES = Duration.ofHours(9);

  /**
   * Longer than any way back takes: a drain, a restart and a restore a member, one after the other.
   */
  private static final Duration WAY_BACK = Duration.ofHours(1);

  /** Since when green's probes fail, by service. */
  final Map<String, Instant> failingProbes = new HashMap<>();

  /** Of which services requests have ever failed. */
  final Set<String> wereFailing = new HashSet<>();

  /** How many of the operator's next writes are refused for good. */
  int refusals;

  private final World world;
  private final Scene scene;
  private final Members members;
  private final DeploymentController deployments;
  private final SchemaController schemas;
  private final List<Disturbance> waiting;
  private final Map<Disturbance, Instant> due = new HashMap<>();
  private final Set<String> reverted = new HashSet<>();
  private Optional<Instant> resume = Optional.empty();
  private Optional<Instant> reaction = Optional.empty();
  private Optional<Instant> gaveUp = Optional.empty();
  private Optional<Instant> handover = Optional.empty();
  private boolean handedOver;

  /** SchemaMigrations that a person will create anew. */
  private final Set<String> created = new TreeSet<>();

  private int touches;

  Outsiders(World world, Scene scene, DeploymentController deployments, SchemaController schemas) {
    this.world = world;
    this.scene = scene;
    this.members = new Members(world, scene);
    this.deployments = deployments;
    this.schemas = schemas;
    this.waiting = new ArrayList<>(scene.scenario.disturbances());
  }

  void act() {
    for (Disturbance disturbance : List.copyOf(waiting)) {
      if (isDue(disturbance)) {
        waiting.remove(disturbance);
        String what = disturbance.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        world.say("-- " + what + " (" + disturbance.service() + ")");
        make(disturbance);
      }
    }
    createSchemas();
    reverted.stream().sorted().forEach(this::keepReverting);
    if (isNow(resume)) {
      resume = Optional.empty();
      control("paused", false);
    }
    if (scene.isMigrationThere()) {
      react();
      ownerUpgrades();
    }
  }

  private boolean isDue(Disturbance disturbance) {
    String after = disturbance.after();
    boolean begun =
        after == null
            || (after.equals(Disturbance.WAY_BACK)
                ? scene.isBackward()
                : scene.wasBegun(disturbance.service(), after));
    if (!begun) {
      return false;
    }
    Instant when = due.computeIfAbsent(disturbance, any -> world.now().plus(disturbance.delay()));
    world.alarm(when);
    return !world.now().isBefore(when);
  }

  private boolean isNow(Optional<Instant> when) {
    return when.filter(time -> !world.now().isBefore(time)).isPresent();
  }

  private void make(Disturbance disturbance) {
    String service = disturbance.service();
    switch (disturbance.kind()) {
      case ABORT -> control("abort", true);
      case DELETE_MIGRATION -> {
        if (scene.isMigrationThere()) {
          world.server.delete(PERSON, scene.migration());
        }
      }
      case PAUSE -> {
        control("paused", true);
        resume = in(5, 60);
      }
      case REVERT_SELECTOR -> revert(service);
      case KEEP_REVERTING_SELECTOR -> reverted.add(service);
      case FOREIGN_SELECTOR ->
          anyService(service)
              .ifPresent(
                  one -> {
                    scene.lostServices.add(one.getMetadata().getName());
                    mustGoBack(service);
                    ObjectNode patch = empty();
                    ObjectNode selector = patch.putObject("spec").putObject("selector");
                    one.getSpec().getSelector().keySet().forEach(selector::putNull);
                    selector.put("app", "decoy");
                    edit(GITOPS, one, patch, "app=decoy");
                  });
      case EDIT_BLUE -> workload(service).ifPresent(blue -> editWorkload(service, blue));
      case EDIT_GREEN -> scene.green(service).ifPresent(green -> editTemplate(green, "edited"));
      case DELETE_BLUE -> workload(service).ifPresent(blue -> delete(service, Where.BLUE, blue));
      case DELETE_GREEN ->
          scene.green(service).ifPresent(green -> delete(service, Where.GREEN, green));
      case DELETE_SERVICE ->
          anyService(service)
              .ifPresent(
                  one -> {
                    scene.lostServices.add(one.getMetadata().getName());
                    remove(one);
                  });
      case REPLACE_GREEN -> scene.green(service).ifPresent(green -> replace(service, green));
      case HOLD_ELSEWHERE -> {
        if (scene.is(service, Verbs.SNAPSHOT, StepState.PENDING) || !scene.hasStarted()) {
          List<HasMetadata> free =
              held(service).stream().filter(one -> Marks.holder(one).isEmpty()).toList();
          if (!free.isEmpty()) {
            HasMetadata one = world.any(free);
            edit(GITOPS, one, Changes.hold(one, OTHER).change(), "held by " + OTHER);
          }
        }
      }
      case DELETE_PREVIEW ->
          scene.service(scene.blueName(service) + "-green").ifPresent(this::remove);
      case DELETE_TWINS -> {
        scene.unheard = true;
        twins(service).forEach(this::remove);
      }
      case SCALE_BLUE -> {
        scene.scaled.add(service);
        workload(service).ifPresent(this::scale);
      }
      case TOUCH -> {
        held(service).forEach(this::touch);
        if (scene.isInPlace(service)) {
          members.pods(service).forEach(this::touch);
        }
      }
      case STRIP_LABELS -> {
        if (!scene.isInPlace(service)) {
          scene.scaled.add(service);
        }
        held(service).forEach(this::stripLabel);
      }
      case EVICT_GREEN -> scene.green(service).ifPresent(green -> evict(service, green));
      case EVICT_MEMBER -> evictMember(service, true);
      case EVICT_OUT -> evictMember(service, false);
      case DELETE_SNAPSHOT -> {
        scene.unrecorded.add(service);
        snapshot(service).ifPresent(this::remove);
      }
      case STRIP_PODS -> stripPods(service);
      case CRASH_GREEN -> {
        crashMembers(service);
        if (!scene.isInPlace(service)) {
          mustNotice(service);
        }
        world.crashingImages.add(Inventory.image(service, "2.0"));
        destroyNew(service);
      }
      case FAIL_PROBES -> {
        failingProbes.put(service, world.now());
        wereFailing.add(service);
      }
      case LOSE_IMAGE -> {
        world.missingImages.add(Inventory.image(service, "2.0"));
        destroyNew(service);
      }
      case DEAFEN_IMAGE -> {
        world.deafImages.add(Inventory.image(service, "2.0"));
        destroyNew(service);
      }
      case FORBID_PODS -> {
        deployments.forbidden.add(
            scene.isInPlace(service) ? scene.blueName(service) : scene.greenName(service));
        destroyNew(service);
      }
      case REFUSE_WRITES -> refusals = 1 + world.random.nextInt(2);
      case ABORT_SCHEMA,
          WITHDRAW_SCHEMA,
          DELETE_SCHEMA,
          UNMARK_SCHEMA,
          UNLABEL_SCHEMA,
          TOUCH_SCHEMA ->
          schema(service).ifPresent(one -> make(disturbance.kind(), one));
    }
  }

  private Optional<SchemaMigration> schema(String name) {
    return world.server.get(SchemaMigration.class, World.NAMESPACE, name);
  }

  private static final Set<Disturbance.Kind> WANTING_BACK =
      Set.of(
          Disturbance.Kind.ABORT_SCHEMA,
          Disturbance.Kind.WITHDRAW_SCHEMA,
          Disturbance.Kind.DELETE_SCHEMA);

  private void make(Disturbance.Kind kind, SchemaMigration schema) {
    if (WANTING_BACK.contains(kind) && !new SchemaView(schema).hasEnded()) {
      scene.wantedBack.putIfAbsent(schema.getMetadata().getName(), world.now());
    }
    scene.unheard |= Marks.holder(schema).isEmpty();
    if (kind == Disturbance.Kind.DELETE_SCHEMA) {
      world.server.delete(PERSON, schema);
      return;
    }
    ObjectNode patch = empty();
    if (kind == Disturbance.Kind.ABORT_SCHEMA) {
      patch.putObject("spec").put("abort", true);
    } else if (kind == Disturbance.Kind.TOUCH_SCHEMA) {
      touch(schema);
    } else {
      ObjectNode metadata = patch.putObject("metadata");
      metadata.putObject("labels").putNull(Marks.MIGRATION);
      if (kind != Disturbance.Kind.UNLABEL_SCHEMA) {
        metadata.putObject("annotations").putNull(Marks.WANTED);
      }
    }
    if (kind == Disturbance.Kind.WITHDRAW_SCHEMA) {
      patch.putObject("spec").put("abort", true);
    }
    schema(schema.getMetadata().getName())
        .ifPresent(latest -> world.server.patch(PERSON, latest, patch, false));
  }

  /** One that was lost, or has failed, is created anew where it is needed still. */
  private void mendSchemas() {
    schemas.mend();
    for (SchemaStage stage : scene.scenario.schemas()) {
      Optional<SchemaMigration> present = schema(stage.migration());
      boolean lost = present.filter(SchemaController::isLost).isPresent();
      boolean failed =
          present
              .map(SchemaView::new)
              .filter(one -> one.hasEnded() && !one.hasSucceeded())
              .isPresent();
      boolean needed =
          !scene.isBackward()
              && scene
                  .step(SchemaRules.step(stage))
                  .filter(step -> step.state() == StepState.FAILED)
                  .isPresent();
      if (present.isPresent()
          && ((lost && (scene.isBackward() || isLost(present.get()))) || (failed && needed))) {
        world.say("-- a person deletes " + World.name(present.get()));
        world.server.delete(PERSON, present.get());
      }
      if (needed && (present.isEmpty() || failed)) {
        created.add(stage.migration());
      }
    }
  }

  private void createSchemas() {
    created.removeIf(
        name -> {
          boolean free = schema(name).isEmpty();
          if (free) {
            world.say("-- a person creates SchemaMigration " + name + " anew");
            world.server.create(PERSON, scene.scenario.schema(name));
            scene.wantedBack.remove(name);
          }
          return free;
        });
  }

  /** The guards watch a service that has moved: it may not stay where it leads elsewhere. */
  private void mustGoBack(String service) {
    boolean moved =
        scene.is(
            service, scene.isInPlace(service) ? Verbs.ROTATION_ON : Verbs.SWITCH, StepState.DONE);
    if (moved && !scene.isBackward() && !scene.wasBegun(service, Verbs.RELEASE)) {
      scene.mustGoBack.putIfAbsent(service, world.now());
    }
  }

  /** A person deletes green and creates another Deployment of its name. */
  private void replace(String service, Deployment green) {
    if (!Marks.wasMadeBy(green, scene.migration().getMetadata().getUid())) {
      return;
    }
    delete(service, Where.GREEN, green);
    Deployment own =
        new DeploymentBuilder(green)
            .withNewMetadata()
            .withName(green.getMetadata().getName())
            .withNamespace(World.NAMESPACE)
            .endMetadata()
            .withStatus(null)
            .build();
    Deployment created = world.server.create(PERSON, own);
    scene.expected.put(ObjectKey.of(created), created);
  }

  private Optional<HasMetadata> workload(String service) {
    return scene.workload(service).map(Workload::object);
  }

  /** The pods of a service of which one may be evicted: those that serve, or those that don't. */
  private void evictMember(String service, boolean serving) {
    if (!scene.isInPlace(service)) {
      return;
    }
    List<Pod> reached =
        scene.traffic(service).stream().flatMap(name -> members.reached(name).stream()).toList();
    List<Pod> pods =
        members.pods(service).stream()
            .filter(pod -> !Pods.isEnding(pod))
            .filter(pod -> serving || (!reached.contains(pod) && !Marks.isInRotation(pod)))
            .filter(pod -> serving || isSelecting(service))
            .toList();
    if (pods.isEmpty()) {
      return;
    }
    if (serving) {
      scene.shaken.add(service);
    }
    Pod pod = world.any(pods);
    world.say("-- evicts " + World.name(pod));
    world.server.ending("eviction", pod, world.now());
  }

  private boolean isSelecting(String service) {
    return scene.traffic(service).stream()
        .flatMap(name -> scene.service(name).stream())
        .allMatch(one -> one.getSpec().getSelector().containsKey(Marks.ROTATION));
  }

  private Optional<ControllerRevision> snapshot(String service) {
    return world.server.list(ControllerRevision.class, World.NAMESPACE).stream()
        .filter(one -> Marks.wasMadeFor(one, scene.migration().getMetadata().getUid(), service))
        .findFirst();
  }

  private void stripPods(String service) {
    if (!scene.isInPlace(service)) {
      return;
    }
    for (Pod pod : members.pods(service)) {
      if (Marks.isInRotation(pod)) {
        scene.shaken.add(service);
        scene.stripped.put(service, world.now());
        world.server.patch(GITOPS, pod, Changes.rotation(pod, false).change(), false);
      }
    }
  }

  /** Pods of the new version that serve will be lost now. */
  private void crashMembers(String service) {
    boolean serve =
        scene.isInPlace(service)
            && scene.traffic(service).stream()
                .flatMap(name -> members.reached(name).stream())
                .anyMatch(pod -> Members.isNew(service, pod));
    if (serve) {
      scene.shaken.add(service);
      mustNotice(service);
    }
  }

  /** The pods of a service that has moved are watched while there is a way back. */
  private void mustNotice(String service) {
    boolean watched =
        scene.isInPlace(service)
            ? scene.is(service, Verbs.ROTATION_OFF, StepState.DONE)
            : isGreenWatched(service) || scene.is(service, Verbs.RETURN, StepState.DONE);
    if (watched && !scene.isBackward() && !scene.wasBegun(service, Verbs.RELEASE)) {
      scene.mustGoBack.putIfAbsent(service, world.now());
    }
  }

  private boolean isGreenWatched(String service) {
    boolean isGivenUp =
        Stream.of(Verbs.UPGRADE, Verbs.RETURN, Verbs.DELETE_BLUE, Verbs.REMOVE, Verbs.HANDOVER)
            .anyMatch(verb -> scene.wasBegun(service, verb));
    return scene.is(service, Verbs.SWITCH, StepState.DONE) && !isGivenUp;
  }

  private void editWorkload(String service, HasMetadata workload) {
    if (scene.isInPlace(service)) {
      scene.edited.add(service);
    }
    mustNotice(service);
    editTemplate(workload, "edited");
    if (!scene.wasBegun(service, Verbs.SNAPSHOT)) {
      // That is what the migration finds.
      workload(service).ifPresent(edited -> scene.opened.put(scene.workloadKey(service), edited));
    }
  }

  /** Whatever runs the new image may be without ready pods now. */
  private void destroyNew(String service) {
    scene.destroy(service, Where.GREEN);
    if (scene.wasBegun(service, Verbs.UPGRADE) || handedOver) {
      scene.destroy(service, Where.BLUE);
    }
  }

  private void delete(String service, Where side, HasMetadata workload) {
    scene.destroy(service, side);
    scene.scaled.add(service);
    if (scene.isInPlace(service) && scene.wasBegun(service, Verbs.RELEASE)) {
      // What becomes of it is no business of the migration any more.
      scene.edited.add(service);
    }
    remove(workload);
  }

  private void remove(HasMetadata object) {
    scene.expected.remove(ObjectKey.of(object));
    world.server.delete(PERSON, object);
  }

  private void scale(HasMetadata workload) {
    if (workload instanceof StatefulSet set) {
      int replicas = set.getSpec().getReplicas();
      setReplicas(set, replicas > 1 && world.chance(0.5) ? replicas - 1 : replicas + 1);
    } else {
      setReplicas(workload, ((Deployment) workload).getSpec().getReplicas() + 1);
    }
  }

  private void setReplicas(HasMetadata workload, int replicas) {
    ObjectNode patch = empty();
    patch.putObject("spec").put("replicas", replicas);
    edit(PERSON, workload, patch, "replicas " + replicas);
  }

  private void evict(String service, Deployment green) {
    List<Pod> pods = Pods.of(world, green).stream().filter(pod -> !Pods.isEnding(pod)).toList();
    if (pods.isEmpty()) {
      return;
    }
    if (pods.stream().filter(Pods::isReady).count() < 2) {
      scene.destroy(service, Where.GREEN);
    }
    world.server.ending("eviction", world.any(pods), world.now());
  }

  private void editTemplate(HasMetadata workload, String value) {
    ObjectNode patch = empty();
    patch
        .putObject("spec")
        .putObject("template")
        .putObject("metadata")
        .putObject("annotations")
        .put("shop.example/edited", value);
    edit(PERSON, workload, patch, "template");
  }

  private void touch(HasMetadata object) {
    ObjectNode patch = empty();
    patch
        .putObject("metadata")
        .putObject("annotations")
        .put("shop.example/touched", "" + ++touches);
    edit(PERSON, object, patch, "annotation");
  }

  private void stripLabel(HasMetadata object) {
    if (Marks.holder(object).isPresent()) {
      world.server.patch(GITOPS, object, Changes.release(object).change(), false);
    }
  }

  /** Changes an object, and what is expected of it with it. */
  private void edit(String actor, HasMetadata object, JsonNode patch, String what) {
    world.server.patch(actor, object, patch, false);
    HasMetadata known = scene.expected.get(ObjectKey.of(object));
    if (known != null) {
      scene.expected.put(
          ObjectKey.of(object), Json.object(Json.merge(Json.tree(known), patch), known.getClass()));
    }
    world.say("-- " + actor + " changes " + World.name(object) + ": " + what);
  }

  private void keepReverting(String service) {
    boolean over =
        scene.wasBegun(service, Verbs.REMOVE) || scene.wasBegun(service, Verbs.DELETE_BLUE);
    if (!over && world.chance(0.2)) {
      revert(service);
    }
  }

  private void revert(String service) {
    scene.contested.add(service);
    for (String name : scene.traffic(service)) {
      HasMetadata wanted = scene.expected.get(new ObjectKey("Service", World.NAMESPACE, name));
      Optional<Service> present = scene.service(name);
      if (wanted instanceof Service blue && present.isPresent()) {
        Map<String, String> selector = blue.getSpec().getSelector();
        if (!present.get().getSpec().getSelector().equals(selector)) {
          world.server.patch(
              GITOPS, present.get(), Changes.selector(present.get(), selector).change(), false);
          world.say("-- " + GITOPS + " sets Service " + name + " back to blue");
        }
      }
    }
  }

  private Optional<Service> anyService(String service) {
    List<Service> services =
        scene.traffic(service).stream().flatMap(name -> scene.service(name).stream()).toList();
    return services.isEmpty() ? Optional.empty() : Optional.of(world.any(services));
  }

  private List<HasMetadata> twins(String service) {
    return world.server.all().stream()
        .filter(object -> Marks.wasMadeBy(object, scene.migration().getMetadata().getUid()))
        .filter(object -> object.getMetadata().getName().startsWith(service))
        .filter(object -> !(object instanceof Deployment) && !(object instanceof Service))
        .toList();
  }

  private List<HasMetadata> held(String service) {
    return Stream.<HasMetadata>concat(
            Stream.concat(workload(service).stream(), scene.green(service).stream()),
            scene.traffic(service).stream().flatMap(name -> scene.service(name).stream()))
        .toList();
  }

  private void control(String field, boolean value) {
    if (scene.isMigrationThere()) {
      ObjectNode patch = empty();
      patch.putObject("spec").put(field, value);
      Migration migration = scene.migration();
      world.server.patch(PERSON, migration, patch, false);
      world.say("-- a person sets spec." + field + " to " + value);
    }
  }

  /** A person looks at what has stopped, mends it, and tries again or gives up. */
  private void react() {
    boolean gates = scene.scenario.spec().strategy().settings().gates() != null;
    Duration patience = gates ? PATIENCE_AT_GATES : PATIENCE;
    boolean impatient = Duration.between(World.BEGIN, world.now()).compareTo(patience) > 0;
    boolean stuck =
        scene.isStalled()
            || (scene.isBackward() && (isBlueMissing() || isUpgradeStuck() || isSchemaStuck()))
            || isAnySchemaLost()
            || impatient;
    if (!stuck || scene.isComplete()) {
      reaction = Optional.empty();
      return;
    }
    if (reaction.isEmpty()) {
      reaction = in(3, 40);
      return;
    }
    if (!isNow(reaction)) {
      return;
    }
    reaction = in(20, 60);
    if (impatient) {
      if (scene.isBackward()) {
        if (gaveUp.filter(when -> world.now().isBefore(when.plus(WAY_BACK))).isPresent()) {
          return;
        }
        throw new AssertionError("the way back does not end though all is mended");
      }
      boolean waitsForOwner =
          scene.scenario.spec().strategy().settings().cleanup() == Cleanup.HANDOVER;
      if (scene.hasStarted() && !scene.isStalled() && !waitsForOwner) {
        throw new AssertionError("the migration goes neither on nor back");
      }
      mend();
      world.server.delete(PERSON, scene.migration());
      gaveUp = Optional.of(world.now());
    } else if (scene.isBackward() || !scene.isStalled()) {
      mend();
    } else if (isAcknowledged()) {
      control("paused", false);
    } else if (scene.isPastPointOfNoReturn() || (scene.retries < 2 && world.chance(0.6))) {
      scene.retries++;
      mend();
      control("paused", true);
    } else {
      control("abort", true);
    }
  }

  private boolean isAcknowledged() {
    return Boolean.TRUE.equals(scene.status().orElseThrow().failure().acknowledged());
  }

  private boolean isBlueMissing() {
    return scene.services().stream().anyMatch(service -> workload(service).isEmpty());
  }

  /** Whether something can't be taken back that only a person can mend. */
  private boolean isUpgradeStuck() {
    return scene.services().stream()
        .filter(service -> scene.isInPlace(service) || scene.retiresEarly())
        .anyMatch(scene::isStuck);
  }

  /** Whether somebody wants one back that can't be taken back: it goes nowhere by itself. */
  private boolean isAnySchemaLost() {
    return scene.scenario.schemas().stream()
        .flatMap(stage -> schema(stage.migration()).stream())
        .anyMatch(Outsiders::isLost);
  }

  private static boolean isLost(SchemaMigration schema) {
    return SchemaController.isLost(schema) && new SchemaView(schema).isAborted();
  }

  private boolean isSchemaStuck() {
    return scene.scenario.schemas().stream()
        .flatMap(stage -> scene.step(SchemaRules.step(stage)).stream())
        .anyMatch(step -> step.state() == StepState.UNDO_FAILED);
  }

  private void mend() {
    world.say("-- a person mends what can be mended");
    scene.mustGoBack.clear();
    world.missingImages.clear();
    world.crashingImages.clear();
    world.deafImages.clear();
    deployments.forbidden.clear();
    failingProbes.clear();
    refusals = 0;
    mendSchemas();
    for (String service : scene.services()) {
      Optional<Deployment> blue = scene.blue(service);
      if (workload(service).isEmpty() && !scene.wasBegun(service, Verbs.DELETE_BLUE)) {
        recreate(service);
      }
      scene.workload(service).ifPresent(workload -> mend(service, workload));
      blue.filter(any -> !scene.isInPlace(service))
          .filter(Outsiders::isEdited)
          .filter(any -> scene.wasBegun(service, Verbs.SWITCH))
          .ifPresent(edited -> editTemplate(edited, null));
    }
  }

  private static final Pattern LABEL = Pattern.compile("kubectl label pod (\\S+) ");

  /** What the message says that is to be mended by hand of an upgrade that can't be taken back. */
  private void mend(String service, Workload workload) {
    scene.failing.removeIf(check -> check.endsWith("/" + InPlaceRules.RESTORE));
    world.server.list(Job.class, World.NAMESPACE).stream()
        .filter(InPlaceRules::isRestore)
        .filter(JobController::hasFailed)
        .forEach(job -> world.server.delete(PERSON, job));
    if (scene.isInPlace(service) && workload.wanted() < scene.replicas(service)) {
      setReplicas(workload.object(), scene.replicas(service));
    }
    scene.steps().stream()
        .flatMap(step -> LABEL.matcher(Objects.requireNonNullElse(step.message(), "")).results())
        .map(command -> command.group(1))
        .flatMap(pod -> world.server.get(Pod.class, World.NAMESPACE, pod).stream())
        .filter(pod -> workload.owns(pod))
        .forEach(
            pod -> {
              world.say("-- a person lets " + World.name(pod) + " serve as it is");
              scene.scaled.add(service);
              world.server.patch(
                  PERSON,
                  pod,
                  Json.tree(Map.of("metadata", Map.of("labels", Map.of(Marks.ROTATION, Marks.IN)))),
                  false);
            });
    boolean mustPutBack =
        scene.isBackward()
            && scene.isStuck(service)
            && (scene.isInPlace(service) || scene.retiresEarly())
            && snapshot(service).isEmpty();
    if (mustPutBack) {
      // The controller may replace members in rotation before the operator hears of it.
      scene.scaled.add(service);
      world.say("-- a person puts the old template of " + workload.title() + " back");
      HasMetadata latest = workload(service).orElseThrow();
      JsonNode template =
          Json.tree(scene.opened.get(scene.workloadKey(service))).at("/spec/template");
      Map<String, JsonNode> values = new HashMap<>(Map.of("/spec/template", template));
      if (latest instanceof StatefulSet) {
        values.put("/spec/updateStrategy", Json.tree(Map.of("type", "OnDelete")));
      }
      world.server.replaceValues(PERSON, latest, values);
    }
  }

  private static boolean isEdited(Deployment deployment) {
    return Optional.ofNullable(deployment.getSpec().getTemplate().getMetadata().getAnnotations())
        .filter(annotations -> annotations.containsKey("shop.example/edited"))
        .isPresent();
  }

  private void recreate(String service) {
    HasMetadata blue =
        scene.scenario.objects().stream()
            .filter(object -> ObjectKey.of(object).equals(scene.workloadKey(service)))
            .findFirst()
            .orElseThrow();
    HasMetadata created = world.server.create(PERSON, blue);
    scene.expected.put(ObjectKey.of(created), created);
    boolean upgraded =
        !scene.isInPlace(service)
            && !scene.isBackward()
            && (scene.wasBegun(service, Verbs.UPGRADE) || handedOver);
    if (upgraded) {
      upgrade(service, (Deployment) created);
    }
  }

  /** With Handover, the owner brings the original to the new version when green has proved good. */
  private void ownerUpgrades() {
    boolean succeeded =
        scene.status().map(status -> status.conditions()).orElse(List.of()).stream()
            .anyMatch(
                condition ->
                    "Succeeded".equals(condition.getType())
                        && "True".equals(condition.getStatus()));
    boolean isHandover = scene.scenario.spec().strategy().settings().cleanup() == Cleanup.HANDOVER;
    if (!isHandover || !succeeded || handedOver) {
      return;
    }
    if (handover.isEmpty()) {
      handover = in(1, 60);
    }
    if (isNow(handover)) {
      handedOver = true;
      world.say("-- the owner brings the workloads to the new version");
      for (String service : scene.services()) {
        if (scene.isDestroyed(service, Where.GREEN)) {
          scene.destroy(service, Where.BLUE);
        }
        scene
            .blue(service)
            .filter(any -> !scene.isInPlace(service))
            .ifPresent(blue -> upgrade(service, blue));
      }
    }
  }

  private void upgrade(String service, Deployment blue) {
    ObjectNode patch = empty();
    patch
        .putObject("spec")
        .set("template", Templates.change(scene.spec(service), Workload.of(blue)));
    world.server.patch(GITOPS, blue, patch, true);
    scene.expected.computeIfPresent(
        ObjectKey.of(blue),
        (key, known) ->
            Objects.requireNonNull(
                Json.object(Json.strategicMerge(Json.tree(known), patch), Deployment.class)));
  }

  private Optional<Instant> in(int least, int most) {
    Instant when = world.now().plus(world.seconds(least, most));
    world.alarm(when);
    return Optional.of(when);
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
