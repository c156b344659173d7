package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.simulation.ApiServer.Write;
import dev.godwit.operator.simulation.Scene.Where;
import dev.godwit.operator.step.SchemaView;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What must hold of the SchemaMigrations that are stages of a Migration. */
final class SchemaRules implements SchemaController.Listener {

  private static final String RELEASE = "release-schemas";

  /** After this long whatever happened was heard. */
  private static final Duration HEARD = Duration.ofMinutes(1);

  private final World world;
  private final Scene scene;
  private final List<SchemaStage> stages;
  private SchemaController controller;
  private long checked = -1;
  private final Map<String, Instant> bareSince = new HashMap<>();

  SchemaRules(World world, Scene scene) {
    this.world = world;
    this.scene = scene;
    this.stages = scene.scenario.schemas();
  }

  /** Whose databases these are. */
  void watch(SchemaController other) {
    controller = other;
  }

  /** The new version never runs, and never has traffic, without what it needs. */
  void moment() {
    stages.stream()
        .filter(stage -> stage.when() == SchemaWhen.BEFORE_DEPLOY)
        .forEach(this::marksAreKept);
    if (stages.isEmpty() || world.writes() == checked) {
      return;
    }
    checked = world.writes();
    for (SchemaStage stage : stages) {
      if (stage.when() == SchemaWhen.BEFORE_DEPLOY && !isComplete(stage)) {
        newVersion()
            .filter(any -> stands())
            .ifPresent(
                what -> {
                  throw new AssertionError(
                      what + " though the database has " + database(stage) + " of " + stage);
                });
      }
    }
  }

  @Override
  public void takesBack(SchemaMigration migration, String version) {
    stage(migration)
        .filter(stage -> stage.when() == SchemaWhen.BEFORE_DEPLOY && stands())
        .flatMap(stage -> newVersion())
        .ifPresent(
            what -> {
              throw new AssertionError("version " + version + " is taken back though " + what);
            });
  }

  @Override
  public void begins(SchemaMigration migration) {
    SchemaStage stage = stage(migration).orElseThrow();
    require(scene.isMigrationThere() && !scene.isComplete(), "has ended, and " + stage + " begins");
    List<StepStatus> before =
        scene.steps().stream().takeWhile(step -> !step.name().equals(step(stage))).toList();
    StepState state = scene.step(step(stage)).map(StepStatus::state).orElse(StepState.PENDING);
    if (stage.when() == SchemaWhen.BEFORE_DEPLOY) {
      require(
          Set.of(StepState.RUNNING, StepState.FAILED, StepState.UNDOING).contains(state),
          "lets " + stage + " begin while its step is " + state);
      return;
    }
    require(
        Set.of(StepState.RUNNING, StepState.FAILED).contains(state) && !scene.isBackward(),
        "lets " + stage + " begin while its step is " + state);
    before.forEach(
        step ->
            require(
                step.state() == StepState.DONE,
                "lets " + stage + " begin while " + step.name() + " is " + step.state()));
    require(scene.isPastPointOfNoReturn() || isOldKept(), "contracts while there is a way back");
    oldIsGone(stage);
  }

  /** Where old versions are given up one by one, or kept, nothing but the release tells. */
  private boolean isOldKept() {
    return scene.retiresEarly()
        || scene.scenario.spec().strategy().settings().cleanup() != Cleanup.REPLACE
        || scene.services().stream().allMatch(scene::isInPlace);
  }

  private void oldIsGone(SchemaStage stage) {
    if (scene.scenario.spec().strategy().settings().cleanup() == Cleanup.KEEP) {
      return;
    }
    for (String service : scene.services()) {
      boolean excused =
          scene.edited.contains(service)
              || scene.scaled.contains(service)
              || scene.contested.contains(service)
              || scene.isDestroyed(service, Where.BLUE)
              || scene.isDestroyed(service, Where.GREEN);
      require(
          excused
              || new Members(world, scene)
                  .pods(service).stream()
                      .filter(pod -> !Pods.isEnding(pod))
                      .allMatch(pod -> Members.isNew(service, pod)),
          "lets " + stage + " begin while old pods of " + service + " are there");
    }
  }

  /** What the operator writes on SchemaMigrations: marks, as the steps have announced them. */
  void write(Write write, SchemaMigration after) {
    require(
        write.after() != null && write.before() instanceof SchemaMigration,
        "creates or deletes " + World.name(after));
    SchemaMigration before = (SchemaMigration) write.before();
    require(
        Objects.equals(before.getSpec(), after.getSpec())
            && Objects.equals(before.getStatus(), after.getStatus()),
        "writes more than marks to " + World.name(after));
    SchemaStage stage =
        stage(after)
            .orElseThrow(() -> new AssertionError("writes to a foreign " + World.name(after)));
    if (scene.migration().getMetadata().getDeletionTimestamp() != null
        && (Marks.wanted(after).isEmpty() || keepsWhatStandsBy(after))) {
      // A Migration that is deleted and can go nowhere lets go of everything as it is.
      return;
    }
    StepState state = scene.step(step(stage)).orElseThrow().state();
    boolean releases =
        scene.step(RELEASE).filter(one -> one.state() == StepState.RUNNING).isPresent();
    boolean allowed =
        switch (state) {
          case RUNNING -> Marks.wanted(after).filter(Wanted.TAKE_BACK::equals).isEmpty();
          case UNDOING -> Marks.wanted(after).filter(Wanted.RUN::equals).isEmpty();
          case DONE ->
              stage.when() == SchemaWhen.AFTER_CLEANUP
                  ? Marks.wanted(after).isEmpty()
                  : (releases || Marks.wanted(after).filter(Wanted.RUN::equals).isPresent());
          case PENDING, FAILED, UNDONE, UNDO_FAILED -> false;
        };
    require(
        allowed,
        "marks %s with %s while its step is %s"
            .formatted(World.name(after), Marks.wanted(after), state));
  }

  /** What must be there when the Migration has ended. */
  void end() {
    for (SchemaStage stage : stages) {
      // What stands by when its Migration is left as it is goes on to its end by that mark.
      present(stage)
          .filter(one -> scene.isMigrationThere() || !isKept(one))
          .ifPresent(
              one ->
                  require(
                      !Marks.isHeldBy(one, Scene.MIGRATION) && Marks.wanted(one).isEmpty(),
                      "has ended, and " + World.name(one) + " has its marks"));
      if (scene.isComplete() && !scene.isBackward()) {
        succeeded(stage);
      } else if (scene.isComplete()) {
        rolledBack(stage);
      } else if (!scene.hasStarted()) {
        require(database(stage).isEmpty(), "has never started, and " + stage + " has run");
      }
    }
  }

  /** A migration does not succeed on a schema that somebody wanted back while there was a way. */
  private void succeeded(SchemaStage stage) {
    Instant wanted = scene.wantedBack.get(stage.migration());
    if (wanted != null && stage.when() == SchemaWhen.BEFORE_DEPLOY) {
      require(
          lastBegun().filter(begun -> begun.isBefore(wanted.plus(HEARD))).isPresent(),
          "succeeded, though a person wanted " + stage + " back");
    }
    require(
        isComplete(stage), "succeeded, and the database has " + database(stage) + " of " + stage);
    present(stage)
        .map(SchemaView::new)
        .ifPresent(one -> require(one.hasSucceeded(), "succeeded, and " + stage + " has not"));
  }

  private void rolledBack(SchemaStage stage) {
    String name = stage.migration();
    present(stage)
        .map(SchemaView::new)
        .ifPresent(
            one ->
                require(
                    one.hasEnded() || !one.hasStarted() || isLeft(stage),
                    "rolled back, and " + stage + " goes on"));
    boolean mayStay =
        stage.onRollback() == OnRollback.KEEP
            || SchemaController.isIrreversible(scene.scenario.schema(name));
    boolean isNone = database(stage).isEmpty();
    if (stage.when() == SchemaWhen.AFTER_CLEANUP) {
      require(isNone, "rolled back, and " + stage + " has run");
    } else if (!controller.abandoned.contains(name)) {
      require(
          isNone || (mayStay && isComplete(stage)) || isLeft(stage),
          "rolled back, and the database has " + database(stage) + " of " + stage);
    }
  }

  private static boolean keepsWhatStandsBy(SchemaMigration after) {
    return isKept(after) && new SchemaView(after).isStandingBy();
  }

  private static boolean isKept(SchemaMigration one) {
    return Marks.wanted(one).filter(Wanted.KEEP::equals).isPresent();
  }

  /** Whether it has stopped behind a version that can't be taken back. */
  private boolean isLeft(SchemaStage stage) {
    return present(stage)
        .map(SchemaView::new)
        .filter(one -> one.isStalled() && one.isPastReturn())
        .isPresent();
  }

  /** When there was no way back any more. */
  private Optional<Instant> lastBegun() {
    Stream<String> verbs =
        scene.retiresEarly()
            ? Stream.of(Verbs.RELEASE)
            : Stream.of(Verbs.UPGRADE, Verbs.RETURN, Verbs.DELETE_BLUE, Verbs.RELEASE);
    List<String> names = verbs.toList();
    return Stream.concat(
            scene.services().stream()
                .flatMap(service -> names.stream().flatMap(verb -> begun(service + "/" + verb))),
            begun(RELEASE))
        .min(Comparator.naturalOrder());
  }

  private Stream<Instant> begun(String step) {
    return scene.step(step).stream()
        .filter(one -> one.state() != StepState.PENDING)
        .flatMap(one -> Stream.ofNullable(one.startedAt()));
  }

  /** What a Migration stands on says so, or whoever wants it back is heeded at once. */
  private void marksAreKept(SchemaStage stage) {
    boolean bare =
        present(stage)
            .map(SchemaView::new)
            .filter(SchemaView::isStandingBy)
            .filter(one -> !one.isHeld(Scene.MIGRATION, Wanted.RUN))
            .isPresent();
    boolean watched =
        scene.isMigrationThere()
            && !scene.isBackward()
            && scene.step(step(stage)).filter(one -> one.state() == StepState.DONE).isPresent()
            && lastBegun().isEmpty();
    if (!bare || !watched) {
      bareSince.remove(stage.migration());
      return;
    }
    Instant since = bareSince.computeIfAbsent(stage.migration(), unknown -> world.now());
    require(world.now().isBefore(since.plus(HEARD)), "leaves " + stage + " without its marks");
  }

  /** What there is of the new version because of the Migration. */
  private Optional<String> newVersion() {
    return scene.services().stream().flatMap(service -> newVersion(service).stream()).findFirst();
  }

  private Optional<String> newVersion(String service) {
    Optional<Deployment> made =
        scene
            .green(service)
            .filter(one -> Marks.wasMadeBy(one, scene.migration().getMetadata().getUid()));
    if (made.isPresent()) {
      return made.map(one -> World.name(one) + " is there");
    }
    Optional<String> traffic =
        scene.traffic(service).stream()
            .flatMap(name -> scene.service(name).stream())
            .filter(one -> scene.where(service, one.getSpec().getSelector()) == Where.GREEN)
            .map(one -> World.name(one) + " leads to green")
            .findFirst();
    if (traffic.isPresent()) {
      return traffic;
    }
    Optional<Pod> pod =
        new Members(world, scene)
            .pods(service).stream()
                .filter(one -> !Pods.isEnding(one) && Members.isNew(service, one))
                .findFirst();
    return pod.map(one -> World.name(one) + " runs the new version")
        .or(
            () ->
                scene
                    .workload(service)
                    .map(Workload::template)
                    .filter(
                        template -> Pods.image(template).equals(Inventory.image(service, "2.0")))
                    .map(any -> service + " has the new template"));
  }

  /** Whether the Migration answers for what schemas have. */
  private boolean stands() {
    return scene.isMigrationThere()
        && scene.status().map(MigrationStatus::direction).isPresent()
        && !(scene.isComplete() && scene.status().orElseThrow().direction() == Direction.BACKWARD);
  }

  private boolean isComplete(SchemaStage stage) {
    return Set.copyOf(database(stage))
        .containsAll(SchemaController.versions(scene.scenario.schema(stage.migration())));
  }

  private List<String> database(SchemaStage stage) {
    return controller.database(stage.migration());
  }

  private Optional<SchemaMigration> present(SchemaStage stage) {
    return world.server.get(SchemaMigration.class, World.NAMESPACE, stage.migration());
  }

  private Optional<SchemaStage> stage(SchemaMigration migration) {
    return stages.stream()
        .filter(stage -> stage.migration().equals(migration.getMetadata().getName()))
        .findFirst();
  }

  static String step(SchemaStage stage) {
    return "schema-" + stage.migration();
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError("the Migration " + otherwise);
    }
  }
}
