package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Decision.StepAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How green comes to be and goes. */
class DeployTest {

  private final ServiceFixture orders = ServiceFixture.named("orders").held();
  private final MigrationFixture migration = MigrationFixture.of(orders);

  private static List<String> created(Decision decision) {
    return decision.actions().stream()
        .map(StepAction::action)
        .filter(Action.Create.class::isInstance)
        .map(action -> ((Action.Create) action).object())
        .map(DeployTest::name)
        .toList();
  }

  private static List<String> deleted(Decision decision) {
    return decision.actions().stream()
        .map(StepAction::action)
        .filter(Action.Delete.class::isInstance)
        .map(action -> ((Action.Delete) action).seen())
        .map(DeployTest::name)
        .toList();
  }

  private static String name(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }

  @Test
  void greenIsMadeWithItsOwnService() {
    Decision decision = migration.decide();

    assertThat(created(decision))
        .containsExactly("Deployment/orders-green", "Service/orders-green");
    assertThat(migration.entry("orders/deploy").preImage().made())
        .containsExactly("Deployment/orders-green", "Service/orders-green");
  }

  @Test
  void onlyWhatIsMissingIsMadeAgain() {
    migration.decide();
    orders.green(3, 0).withoutPreview();

    assertThat(created(migration.decide())).containsExactly("Service/orders-green");
  }

  @Test
  void greenIsWaitedForUntilAllItsPodsAreReadyAndItsTemplateIsRemembered() {
    migration.decide();
    orders.green(3, 2);
    migration.decide();
    assertThat(migration.entry("orders/deploy").message()).contains("to have 3 ready pods");

    orders.green(3, 3);
    migration.decide();
    assertThat(migration.entry("orders/deploy").state()).isEqualTo(StepState.DONE);
    assertThat(migration.entry("orders/deploy").preImage().templateHash()).isNotNull();
  }

  @Test
  void aGreenThatIsNotReadyInTimeGoesAndTheMessageSaysWhatIsWrongWithItsPods() {
    migration.decide();
    orders.green(3, 0).greenPods(List.of(orders.crashingGreenPod()));

    Decision waiting = migration.after(Duration.ofMinutes(9)).decide();
    assertThat(waiting.recheck())
        .contains(migration.entry("orders/deploy").since().plusSeconds(600));

    Decision decision = migration.after(Duration.ofMinutes(1)).decide();
    assertThat(decision.journal().failure().orElseThrow())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo("DeadlineExceeded");
              assertThat(failure.message()).contains("0 of 3 pods ready").contains("crashes");
            });
    assertThat(deleted(decision))
        .containsExactlyInAnyOrder("Deployment/orders-green", "Service/orders-green");
  }

  @Test
  void whatCannotBeMadeBeforeTheDeadlineGoesBackInsteadOfBeingTriedForEver() {
    migration.decide();

    migration.after(Duration.ofMinutes(10)).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("could not create Deployment/orders-green, Service/orders-green");
  }

  private void greenSays(String type, String status, String reason, String message) {
    orders
        .green(3, 0)
        .green(
            green ->
                new DeploymentBuilder(green)
                    .editStatus()
                    .withConditions(
                        new DeploymentConditionBuilder()
                            .withType(type)
                            .withStatus(status)
                            .withReason(reason)
                            .withMessage(message)
                            .build())
                    .endStatus()
                    .build());
  }

  @Test
  void aRolloutThatWasGivenUpIsNotWaitedFor() {
    migration.decide();
    greenSays("Progressing", "False", "ProgressDeadlineExceeded", "has timed out progressing");

    migration.decide();

    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("PodsUnhealthy");
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("has timed out progressing");
  }

  @Test
  void podsThatCannotBeMadeYetAreWaitedForAndItIsSaidWhy() {
    migration.decide();
    greenSays("ReplicaFailure", "True", "FailedCreate", "exceeded quota");

    migration.decide();

    assertThat(migration.entry("orders/deploy").state()).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry("orders/deploy").message()).contains("exceeded quota");
  }

  @Test
  void aGreenThatSomebodyElseMadeIsNeitherTakenNorRemoved() {
    orders.green(3, 3);
    orders.green(
        green ->
            new DeploymentBuilder(green)
                .editMetadata()
                .withAnnotations(null)
                .endMetadata()
                .build());

    Decision decision = migration.decide();

    assertThat(decision.journal().failure().orElseThrow().message())
        .contains("Deployment orders-green exists already and was not made by this migration");
    assertThat(deleted(decision)).containsExactly("Service/orders-green");
  }

  @Test
  void aGreenThatNeverServedIsRemovedAtOnce() {
    migration.smokeTest("home");
    orders.green(3, 3);
    migration.decide();

    assertThat(deleted(migration.aborted().decide()))
        .containsExactlyInAnyOrder("Deployment/orders-green", "Service/orders-green");
  }
}
