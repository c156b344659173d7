package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Decision.StepAction;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Service after service, and all of them back when one fails. */
class RollingTest {

  private final ServiceFixture users = ServiceFixture.named("users");
  private final ServiceFixture orders = ServiceFixture.named("orders", "users");
  private final ServiceFixture shop = ServiceFixture.named("shop");
  private final MigrationFixture migration = MigrationFixture.of(orders, users, shop).rolling(1);

  /** Takes these services one after the other as far as that they are watched. */
  private void moved(ServiceFixture... services) {
    for (ServiceFixture service : services) {
      service.held();
      migration.decide();
      service.green(3, 3);
      migration.decide();
      service.servesFromGreen();
      migration.decide();
      assertThat(migration.entry(service.name() + "/monitor").state()).isEqualTo(StepState.RUNNING);
      if (service != services[services.length - 1]) {
        migration.after(Duration.ofMinutes(10)).decide();
        migration.after(Duration.ofMinutes(1)).decide();
      }
    }
  }

  private List<String> stages(List<Stage> stages) {
    return stages.stream().map(Stage::name).toList();
  }

  @Test
  void eachServiceHasATurnOfItsOwnInTheListedOrderButAfterWhatItDependsOn() {
    assertThat(migration.plan().steps().map(Step::name))
        .startsWith(
            "users/snapshot",
            "users/deploy",
            "users/switch",
            "users/monitor",
            "pause-1",
            "orders/snapshot",
            "orders/deploy",
            "orders/switch",
            "orders/monitor",
            "pause-2",
            "shop/snapshot",
            "shop/deploy",
            "shop/switch",
            "shop/monitor",
            "stability");
  }

  @Test
  void servicesThatDependOnEachOtherAreNeverInOneTurn() {
    migration.rolling(2);

    assertThat(stages(migration.plan().stages()))
        .startsWith(
            "snapshot-1", "deploy-1", "grow-1", "switch-1", "monitor-1", "pause-1", "snapshot-2");
    assertThat(migration.plan().stages().getFirst().steps())
        .extracting(Step::name)
        .containsExactly("users/snapshot", "shop/snapshot");
  }

  @Test
  void aServiceIsLookedAtFromTheStageBeforeItsTurnOn() {
    assertThat(Planner.reached(migration.plan(), migration.journal())).containsExactly("users");

    moved(users);

    assertThat(Planner.reached(migration.plan(), migration.journal())).containsExactly("users");
    migration.after(Duration.ofMinutes(10)).decide();
    assertThat(Planner.reached(migration.plan(), migration.journal()))
        .containsExactlyInAnyOrder("users", "orders");
  }

  @Test
  void aServiceIsNotTouchedBeforeItsTurn() {
    moved(users);

    assertThat(migration.peek().actions()).isEmpty();
    assertThat(migration.steps(StepState.PENDING))
        .contains("orders/snapshot", "orders/deploy", "shop/snapshot");
  }

  @Test
  void aServiceThatRunsAnotherVersionWhenItsTurnComesTakesAllBack() {
    moved(users);
    orders.blue(
        blue ->
            new DeploymentBuilder(blue)
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImage("registry.example/orders:1.9.1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());

    migration.after(Duration.ofMinutes(10)).decide();
    Decision decision = migration.after(Duration.ofMinutes(1)).decide();

    assertThat(decision.actions()).extracting(StepAction::step).containsExactly("users/switch");
    assertThat(migration.journal().failure().orElseThrow())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo("BlueChanged");
              assertThat(failure.message()).contains("1.9.1").contains("not 1.9,");
            });
  }

  @Test
  void theNextServiceWaitsForMonitoringAndForThePause() {
    moved(users);

    migration.after(Duration.ofMinutes(10).minusMillis(1)).decide();
    assertThat(migration.entry("pause-1").state()).isEqualTo(StepState.PENDING);
    migration.after(Duration.ofMillis(1)).decide();
    assertThat(migration.entry("pause-1").state()).isEqualTo(StepState.RUNNING);
    migration.after(Duration.ofMinutes(1).minusMillis(1)).decide();
    assertThat(migration.entry("orders/snapshot").state()).isEqualTo(StepState.PENDING);
    migration.after(Duration.ofMillis(1)).decide();
    assertThat(migration.entry("orders/snapshot").state()).isEqualTo(StepState.RUNNING);
  }

  @Test
  void aServiceThatFailsTakesAllThatHaveMovedBackTheLastOneFirst() {
    moved(users, orders, shop);
    shop.greenPods(List.of(shop.crashingGreenPod()));

    Decision turn = migration.decide();
    assertThat(turn.actions()).extracting(StepAction::step).containsExactly("shop/switch");

    shop.selectsBlue().reachesBlue(3);
    assertThat(migration.decide().actions())
        .extracting(StepAction::step)
        .containsExactly("orders/switch");
    assertThat(migration.entry("shop/switch").state()).isEqualTo(StepState.UNDONE);

    orders.selectsBlue().reachesBlue(3);
    assertThat(migration.decide().actions())
        .extracting(StepAction::step)
        .containsExactly("users/switch");
    assertThat(migration.entry("shop/deploy").state())
        .as("new pods are removed when all traffic is back")
        .isEqualTo(StepState.DONE);
  }

  @Test
  void aServiceIsConfirmedToBeBackBeforeTheNextOneGoes() {
    moved(users, orders);
    migration.aborted().decide();
    orders.selectsBlue();

    migration.decide();

    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.UNDOING);
    assertThat(migration.entry("users/switch").state()).isEqualTo(StepState.DONE);
  }

  @Test
  void oneThatMovedLongAgoTakesAllBackToo() {
    moved(users, orders, shop);
    users.greenPods(List.of(users.crashingGreenPod()));

    migration.decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().message()).contains("users-green");
    assertThat(migration.steps(StepState.UNDOING)).containsExactly("shop/switch");
  }

  @Test
  void newPodsAreRemovedWhenTheConnectionsHadTheirTimeAndAllServicesAreBack() {
    moved(users, orders);
    migration.aborted().decide();
    orders.selectsBlue().reachesBlue(3);
    migration.decide();
    users.selectsBlue().reachesBlue(3);
    migration.decide();
    assertThat(migration.entry("orders/deploy").message()).contains("open connections");

    migration.after(Duration.ofSeconds(30)).decide();
    assertThat(migration.steps(StepState.UNDOING)).containsExactly("orders/deploy");
    orders.withoutGreen().withoutPreview();
    migration.decide();
    orders.holder("another");
    migration.decide();
    assertThat(migration.steps(StepState.UNDOING)).containsExactly("users/deploy");
    users.withoutGreen().withoutPreview();
    migration.decide();
    users.holder("another");
    migration.decide();

    assertThat(migration.journal().completed()).isPresent();
    assertThat(migration.steps(StepState.UNDONE)).noneMatch(step -> step.startsWith("shop/"));
  }

  @Test
  void aFailureInTheLastMomentOfMonitoringCounts() {
    moved(users);
    migration.after(Duration.ofMinutes(10).minusMillis(1)).decide();
    users.greenPods(List.of(users.crashingGreenPod()));

    migration.after(Duration.ofMillis(1)).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
  }

  @Test
  void everyOldVersionStaysWholeUntilTheLastServiceHasMovedAndTheStabilityIsOver() {
    moved(users, orders, shop);
    migration.after(Duration.ofMinutes(10)).decide();
    migration.after(Duration.ofHours(1).minusMillis(1)).decide();

    assertThat(
            Arrays.stream(new ServiceFixture[] {users, orders, shop})
                .map(service -> migration.entry(service.name() + "/upgrade").state()))
        .containsOnly(StepState.PENDING);
    migration.after(Duration.ofMillis(1)).decide();
    migration.after(Duration.ofSeconds(30)).decide();
    assertThat(migration.entry("users/upgrade").state()).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry("shop/upgrade").state()).isEqualTo(StepState.RUNNING);
  }

  @Test
  void aBackupMustSucceedBeforeAnythingIsDeployed() {
    users.withBackup().held();

    Decision decision = migration.decide();

    assertThat(decision.actions())
        .singleElement()
        .satisfies(
            action -> {
              assertThat(action.step()).isEqualTo("users/backup");
              assertThat(((Action.Create) action.action()).object().getKind()).isEqualTo("Job");
            });
    assertThat(migration.entry("users/deploy").state()).isEqualTo(StepState.PENDING);

    Job job = (Job) ((Action.Create) decision.actions().getFirst().action()).object();
    migration.job(ended(job, "Failed"), "disk full").decide();
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("users/backup")
        .contains("disk full");
    assertThat(migration.entry("users/deploy").state()).isEqualTo(StepState.PENDING);
  }

  @Test
  void deploymentFollowsABackupThatHasSucceeded() {
    users.withBackup().held();
    Job job = (Job) ((Action.Create) migration.decide().actions().getFirst().action()).object();

    migration.job(ended(job, "Complete"), "").decide();

    assertThat(migration.entry("users/backup").state()).isEqualTo(StepState.DONE);
    assertThat(migration.entry("users/deploy").state()).isEqualTo(StepState.RUNNING);
  }

  private static Job ended(Job job, String how) {
    return new JobBuilder(job)
        .withNewStatus()
        .addNewCondition()
        .withType(how)
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }
}
