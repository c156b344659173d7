package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.RunSchema;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StatusBuilderTest {

  private static final Instant LATER = Plans.START.plusSeconds(100);

  private final Plan plan = Plans.plan();
  private final Migration migration = Plans.migration("orders");
  private Journal journal = Plans.begin(plan);

  private MigrationStatus build() {
    return StatusBuilder.build(
        migration, plan, List.of(Plans.service("orders")), "hash", journal, List.of(), LATER);
  }

  private void step(String name, StepState state, String message) {
    journal = Plans.with(journal, name, state, 1, message);
  }

  private void fail(String reason, String message) {
    journal = journal.withFailure(Optional.of(new Failure(reason, message, Plans.START, null)));
  }

  private static String condition(MigrationStatus status, String type) {
    return find(status, type).map(Condition::getStatus).orElse("absent");
  }

  private static Optional<Condition> find(MigrationStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }

  private void assertConditions(
      String ready, String reconciling, String stalled, String succeeded) {
    MigrationStatus status = build();
    assertThat(
            Stream.of("Ready", "Reconciling", "Stalled", "Succeeded")
                .map(type -> condition(status, type)))
        .containsExactly(ready, reconciling, stalled, succeeded);
  }

  @Test
  void runningStepSaysWhatItWaitsFor() {
    step("orders/deploy", StepState.RUNNING, "waiting for pods");

    MigrationStatus status = build();

    assertThat(status.phase()).isEqualTo("Deploying");
    assertThat(status.step()).isEqualTo("0/4");
    assertThat(status.message()).isEqualTo("orders/deploy: waiting for pods");
    assertConditions("False", "True", "False", "Unknown");
  }

  private static Plan withSchema() {
    SchemaStage stage = new SchemaStage("expand", SchemaWhen.BEFORE_DEPLOY, OnRollback.TAKE_BACK);
    RunSchema step = new RunSchema(stage, new Marks.Maker("shop", "uid", "shop"));
    return new Plan(List.of(new Stage(step.name(), "MigratingSchema", List.of(step))), List.of());
  }

  private MigrationStatus waitingFor(String said) {
    Plan staged = withSchema();
    Journal waiting = Plans.with(Plans.begin(staged), "schema-expand", StepState.RUNNING, 1, said);
    return StatusBuilder.build(
        migration, staged, List.of(Plans.service("orders")), "hash", waiting, List.of(), LATER);
  }

  @Test
  void aSchemaThatNeedsAPersonIsWhatTheMigrationIsStalledBy() {
    String said = "SchemaMigration expand is stalled (PreflightFailed): no Secret orders-db";
    MigrationStatus status = waitingFor(said);

    assertThat(status.phase()).isEqualTo("MigratingSchema");
    assertThat(condition(status, "Reconciling")).isEqualTo("False");
    assertThat(find(status, "Stalled").orElseThrow())
        .satisfies(
            stalled -> {
              assertThat(stalled.getStatus()).isEqualTo("True");
              assertThat(stalled.getReason()).isEqualTo("SchemaStalled");
              assertThat(stalled.getMessage()).contains(said);
            });

    MigrationStatus goesOn = waitingFor("SchemaMigration expand: version 1");
    assertThat(condition(goesOn, "Stalled")).isEqualTo("False");
    assertThat(condition(goesOn, "Reconciling")).isEqualTo("True");
  }

  @Test
  void confirmedSwitchPutsTheServiceOnGreen() {
    step("orders/deploy", StepState.DONE, "");
    step("orders/switch", StepState.DONE, "");

    MigrationStatus status = build();

    assertThat(status.services().getFirst().side()).isEqualTo("Green");
    assertThat(status.services().getFirst().since()).isEqualTo(Plans.START.plusSeconds(1));
    assertThat(condition(status, "TrafficOnGreen")).isEqualTo("True");
  }

  private MigrationStatus inPlace(String... done) {
    List<ServicePlan> services = List.of(Plans.inPlace("orders"));
    Plan members = Plans.rolling(services);
    Journal half = Plans.begin(members);
    for (int index = 0; index < done.length; index++) {
      half = Plans.with(half, "orders/" + done[index], StepState.DONE, index + 1, "");
    }
    return StatusBuilder.build(migration, members, services, "hash", half, List.of(), LATER);
  }

  @Test
  void membersInPlaceCountFromTheirUpgradeOn() {
    MigrationStatus none = inPlace("snapshot", "rotation-on", "out-2");
    MigrationStatus one = inPlace("snapshot", "rotation-on", "out-2", "upgrade-2", "in-2");

    assertThat(none.services().getFirst().side()).isEqualTo("InPlace 0/3");
    assertThat(none.services().getFirst().since()).isEqualTo(Plans.START);
    assertThat(one.services().getFirst().side()).isEqualTo("InPlace 1/3");
    assertThat(one.services().getFirst().since()).isEqualTo(Plans.START.plusSeconds(4));
    assertThat(find(one, "TrafficOnGreen").map(Condition::getMessage))
        .contains("partly on green: orders (InPlace 1/3)");
  }

  @Test
  void switchThatIsTakenBackCountsAsGreenUntilItIsConfirmed() {
    step("orders/switch", StepState.DONE, "");
    fail("PodsUnhealthy", "crash");
    journal = journal.turned();
    step("orders/switch", StepState.UNDOING, "switching back");

    assertThat(build().services().getFirst().side()).isEqualTo("Green");

    step("orders/switch", StepState.UNDONE, "");

    assertThat(build().services().getFirst().side()).isEqualTo("Blue");
  }

  @Test
  void rollingBackNamesTheCause() {
    step("orders/deploy", StepState.DONE, "");
    fail("PodsUnhealthy", "pod x crashes");
    journal = journal.turned();
    step("orders/deploy", StepState.UNDOING, "removing green");

    MigrationStatus status = build();

    assertThat(status.phase()).isEqualTo("RollingBack");
    assertThat(status.message())
        .isEqualTo("rolling back because pod x crashes. orders/deploy: removing green");
    assertConditions("False", "True", "False", "Unknown");
    assertThat(condition(status, "RolledBack")).isEqualTo("absent");
  }

  @Test
  void rollingBackCountsTheServicesThatHadMoved() {
    Plan both =
        new Plan(List.of(Plans.stage("switch", "Switching", "a/switch", "b/switch")), List.of());
    Journal half = Plans.begin(both);
    half = Plans.with(half, "a/switch", StepState.UNDOING, 1, "switching traffic back to blue");
    half = Plans.with(half, "b/switch", StepState.UNDONE, 1, "").turned();
    half = half.withFailure(Optional.of(new Failure("Aborted", "abort", Plans.START, null)));

    MigrationStatus status =
        StatusBuilder.build(
            migration,
            both,
            List.of(Plans.service("a"), Plans.service("b")),
            "hash",
            half,
            List.of(),
            LATER);

    assertThat(status.message()).startsWith("rolling back 1/2 because abort. a/switch: ");
  }

  @Test
  void wayBackThatCannotGoOnIsStalledAndSaysWhatIsWhereAndTheCommand() {
    step("orders/switch", StepState.DONE, "");
    fail("PodsUnhealthy", "crash");
    journal = journal.turned();
    step("orders/switch", StepState.UNDO_FAILED, "Deployment orders was deleted");
    Journal.Entry entry = journal.entry("orders/switch");
    journal =
        journal.with(
            new Journal.Entry(
                entry.step(),
                entry.stage(),
                entry.state(),
                entry.startedAt(),
                entry.finishedAt(),
                entry.undoStartedAt(),
                entry.undoneAt(),
                entry.attempt(),
                entry.message(),
                new PreImage(
                    null,
                    null,
                    null,
                    null,
                    null,
                    Map.of("orders", Map.of("app", "orders")),
                    null,
                    null,
                    null,
                    null)));

    MigrationStatus status = build();

    assertThat(status.message())
        .isEqualTo(
            "stopped on the way back: orders/switch: Deployment orders was deleted. It goes back"
                + " because crash. Traffic is on green: orders. To do it by hand:"
                + " kubectl patch service orders --namespace=prod --type=merge"
                + " --patch='{\"spec\":{\"selector\":{\"app\":\"orders\"}}}'");
    assertConditions("False", "False", "True", "Unknown");
  }

  @Test
  void rolledBackIsStalledAndHasNotSucceeded() {
    fail("CheckFailed", "no answer");
    journal = journal.turned().complete(LATER);

    MigrationStatus status = build();

    assertThat(status.phase()).isEqualTo("RolledBack");
    assertThat(find(status, "RolledBack").orElseThrow().getReason()).isEqualTo("CheckFailed");
    assertConditions("False", "False", "True", "False");
    assertThat(condition(status, "RolledBack")).isEqualTo("True");
  }

  @Test
  void completedIsReady() {
    journal = journal.complete(LATER);

    assertThat(build().phase()).isEqualTo("Succeeded");
    assertThat(build().completionTime()).isEqualTo(LATER);
    assertConditions("True", "False", "False", "True");
  }

  @Test
  void failureThatStopsSaysTheWaysOn() {
    step("orders/deploy", StepState.FAILED, "quota");
    fail("Rejected", "orders/deploy: quota");

    assertThat(build().phase()).isEqualTo("Stalled");
    assertThat(build().message()).contains("quota").contains("spec.abort");
    assertConditions("False", "False", "True", "Unknown");
  }

  @Test
  void blueThatIsGoneIsToBeCreatedAgain() {
    step("orders/deploy", StepState.DONE, "");
    fail("BlueDeleted", "Deployment orders was deleted by somebody else");

    assertThat(build().message())
        .contains("Create it again")
        .contains("delete the Migration to leave everything as it is");
  }

  @Test
  void failurePastThePointOfNoReturnOffersNoWayBack() {
    step("orders/delete-blue", StepState.FAILED, "");
    fail("DeadlineExceeded", "late");

    assertThat(build().message()).doesNotContain("spec.abort").contains("no way back");
  }

  @Test
  void abortThatComesTooLateIsAnswered() {
    step("orders/delete-blue", StepState.RUNNING, "deleting");
    MigrationSpec spec = migration.getSpec();
    migration.setSpec(
        new MigrationSpec(
            null,
            spec.to(),
            spec.services(),
            spec.strategy(),
            null,
            null,
            null,
            null,
            false,
            true,
            null));

    assertThat(build().message()).contains("deleting").contains("spec.abort came too late");
  }

  @Test
  void pausedIsHeldBeforeTheNextStage() {
    step("orders/deploy", StepState.DONE, "");
    migration.setSpec(Plans.specOf(true, "orders"));

    assertThat(build().phase()).isEqualTo("Paused");
    assertThat(build().message()).contains("switch");
    assertThat(condition(build(), "Paused")).isEqualTo("True");
  }

  @Test
  void pausedFinishesTheStageThatRuns() {
    step("orders/deploy", StepState.RUNNING, "waiting");
    migration.setSpec(Plans.specOf(true, "orders"));

    assertThat(build().phase()).isEqualTo("Deploying");
    assertThat(condition(build(), "Paused")).isEqualTo("absent");
  }

  @Test
  void conditionThatWasTrueOnceIsThenFalse() {
    step("orders/deploy", StepState.DONE, "");
    migration.setSpec(Plans.specOf(true, "orders"));
    migration.setStatus(build());
    migration.setSpec(Plans.specOf(false, "orders"));

    assertThat(condition(build(), "Paused")).isEqualTo("False");
  }

  @Test
  void switchThatIsDoneAgainIsContested() {
    Journal.Entry entry =
        Plans.with(journal, "orders/switch", StepState.RUNNING, 1, "argocd did")
            .entry("orders/switch");
    journal =
        journal.with(
            new Journal.Entry(
                entry.step(),
                entry.stage(),
                entry.state(),
                entry.startedAt(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                2,
                "argocd did",
                PreImage.NONE));

    Condition contested = find(build(), "TrafficContested").orElseThrow();

    assertThat(contested.getStatus()).isEqualTo("True");
    assertThat(contested.getMessage()).isEqualTo("argocd did");
  }

  @Test
  void transitionTimeChangesWithTheStatusOnly() {
    step("orders/deploy", StepState.RUNNING, "one");
    migration.setStatus(build());
    step("orders/deploy", StepState.RUNNING, "two");
    MigrationStatus next =
        StatusBuilder.build(
            migration,
            plan,
            List.of(Plans.service("orders")),
            "hash",
            journal,
            List.of(),
            LATER.plusSeconds(60));

    Condition ready = find(next, "Ready").orElseThrow();
    assertThat(ready.getMessage()).contains("two");
    assertThat(ready.getLastTransitionTime()).isEqualTo("2026-03-01T10:01:40Z");
  }

  @Test
  void handoverSucceedsWhileTheOwnerIsWaitedFor() {
    Plan handover =
        new Plan(
            List.of(
                Plans.stage("switch", "Switching", "orders/switch"),
                Plans.stage("handover", "HandingOver", "orders/handover"),
                Plans.stage("return", "CleaningUp", "orders/return")),
            List.of());
    Journal waiting = Plans.with(Plans.begin(handover), "orders/switch", StepState.DONE, 1, "");

    MigrationStatus status =
        StatusBuilder.build(
            migration,
            handover,
            List.of(Plans.service("orders")),
            "hash",
            waiting,
            List.of(),
            LATER);

    assertThat(condition(status, "Succeeded")).isEqualTo("True");
    assertThat(condition(status, "Ready")).isEqualTo("True");
    assertThat(condition(status, "Reconciling")).isEqualTo("False");
    assertThat(status.completionTime()).isNull();
  }

  @Test
  void statusOf64ServicesStaysBelow200KiB() {
    String[] names = Plans.names(64);
    List<ServicePlan> services = Arrays.stream(names).map(Plans::service).toList();
    List<Stage> stages =
        Stream.of(
                "snapshot",
                "deploy",
                "smoke-tests",
                "tests",
                "hold-autoscaler",
                "switch",
                "upgrade",
                "return",
                "remove",
                "release")
            .map(
                verb ->
                    Plans.stage(
                        verb,
                        "Phase",
                        Arrays.stream(names).map(name -> name + "/" + verb).toArray(String[]::new)))
            .toList();
    Plan large = new Plan(stages, List.of());
    // Everything up to the switch was done, and is being taken back: nothing has more to record.
    Journal full = Plans.begin(large).turned();
    for (Journal.Entry entry : full.entries().subList(0, 6 * names.length)) {
      Journal.Entry done =
          Plans.with(full, entry.step(), StepState.DONE, 5, "").entry(entry.step());
      boolean undoing = entry.step().endsWith("/switch");
      full =
          full.with(
              new Journal.Entry(
                  done.step(),
                  done.stage(),
                  undoing ? StepState.UNDOING : StepState.UNDONE,
                  done.startedAt(),
                  done.finishedAt(),
                  Optional.of(LATER),
                  Optional.of(LATER),
                  1,
                  undoing ? "the endpoints of many Services to be blue's pods" : "",
                  image(entry.step())));
    }
    Migration many = Plans.migration(names);
    many.setStatus(StatusBuilder.build(many, large, services, "hash", full, List.of(), LATER));

    String json = new KubernetesSerialization().asJson(many.getStatus());

    assertThat(json.getBytes(StandardCharsets.UTF_8).length).isLessThan(200 * 1024);
    assertThat(many.getStatus().message()).hasSizeLessThanOrEqualTo(1024);
  }

  private static PreImage image(String step) {
    String name = step.substring(0, step.indexOf('/'));
    Map<String, String> selector = Map.of("app.kubernetes.io/name", name, "tier", "backend");
    if (step.endsWith("/snapshot")) {
      return new PreImage(
          "c6283b0a-b018-4416-88cd-81a83384b8a2",
          "71dcf660a01aba15",
          3,
          "12",
          Map.of("main", "registry.example/" + name + ":1.0"),
          null,
          null,
          null,
          null,
          null);
    }
    return step.endsWith("/switch")
        ? new PreImage(null, null, null, null, null, Map.of(name, selector), null, null, null, null)
        : PreImage.NONE;
  }

  @Test
  void longMessagesAreCut() {
    step("orders/deploy", StepState.RUNNING, "x".repeat(5000));

    assertThat(build().message()).hasSize(1024).endsWith("…");
    assertThat(
            build().steps().stream()
                .map(step -> step.message() == null ? 0 : step.message().length())
                .collect(Collectors.maxBy(Integer::compare)))
        .contains(512);
  }
}
