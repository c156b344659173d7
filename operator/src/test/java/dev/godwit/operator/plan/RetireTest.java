package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.StepState;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Old versions that are given up one by one, and rolled out again when something trips. */
class RetireTest {

  private final ServiceFixture users = ServiceFixture.named("users");
  private final ServiceFixture orders = ServiceFixture.named("orders", "users");
  private final MigrationFixture migration = MigrationFixture.of(users, orders).retiring();

  private static Deployment running(Deployment seen, String version) {
    String image = "registry.example/" + seen.getMetadata().getName() + ":" + version;
    return new DeploymentBuilder(seen)
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .withImage(image)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  /** Takes users as far as that the original serves the new version. */
  private void retired() {
    users.held();
    migration.decide();
    users.green(3, 3);
    migration.decide();
    users.servesFromGreen();
    migration.decide();
    migration.after(Duration.ofMinutes(10)).decide();
    assertThat(migration.entry("users/upgrade").state()).isEqualTo(StepState.RUNNING);
    users.blue(seen -> running(seen, "2.0"));
    migration.decide();
    users.selectsBlue().reachesBlue(3);
    migration.decide();
    migration.after(Duration.ofSeconds(30)).decide();
    users.withoutGreen().withoutPreview();
    migration.decide();
    assertThat(migration.entry("users/remove").state()).isEqualTo(StepState.DONE);
  }

  @Test
  void anOldVersionIsGivenUpBeforeTheNextServiceBegins() {
    retired();

    assertThat(migration.entry("orders/snapshot").state()).isEqualTo(StepState.PENDING);
    assertThat(Planner.isPastPointOfNoReturn(migration.plan(), migration.journal())).isFalse();
  }

  @Test
  void aRetiredServiceGoesBackByItsOldTemplate() {
    retired();

    Decision decision = migration.aborted().decide();

    assertThat(decision.actions())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.step()).isEqualTo("users/upgrade");
              assertThat(
                      ((Action.Replace) one.action())
                          .values()
                          .get("/spec/template")
                          .at("/spec/containers/0/image")
                          .asText())
                  .isEqualTo("registry.example/users:1.9");
            });
  }

  @Test
  void aRetiredServiceIsBackWhenItsOldVersionIsRolledOut() {
    retired();
    migration.aborted().decide();
    users.blue(seen -> running(seen, "1.9")).blueHas(3, 2);

    migration.decide();
    assertThat(migration.entry("users/upgrade").state()).isEqualTo(StepState.UNDOING);
    users.blueHas(3, 3);
    migration.decide();
    assertThat(migration.entry("users/upgrade").state()).isEqualTo(StepState.UNDONE);
  }

  private void assertTripped(String... words) {
    migration.decide();
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().message()).contains(words);
  }

  @Test
  void aRetiredServiceThatSomebodyChangesTakesAllBack() {
    retired();
    users.blue(seen -> running(seen, "3.0"));

    assertTripped("the pod template of Deployment users was changed by somebody else");
  }

  @Test
  void aRetiredServiceWithoutReadyPodsTakesAllBackAtOnce() {
    retired();
    users.blueHas(3, 0);

    assertTripped("Deployment users is not healthy", "0 of 3 pods are ready");
  }

  /** Traffic is still on green, and its original is brought to the new version. */
  private void retiring() {
    users.held();
    migration.decide();
    users.green(3, 3);
    migration.decide();
    users.servesFromGreen();
    migration.decide();
    migration.after(Duration.ofMinutes(10)).decide();
    assertThat(migration.entry("users/upgrade").state()).isEqualTo(StepState.RUNNING);
    users.blue(seen -> running(seen, "2.0")).blueHas(3, 1);
    migration.decide();
  }

  @Test
  void greenThatFallsIllWhileItsOriginalIsBroughtToTheNewVersionTakesAllBack() {
    retiring();
    users.green(3, 0);

    assertTripped("Deployment users-green is not healthy", "0 of 3 pods are ready");
    assertThat(migration.entry("users/upgrade").state()).isEqualTo(StepState.UNDOING);
  }

  @Test
  void aSelectorThatIsPointedElsewhereMeanwhileTakesAllBack() {
    retiring();
    users.selects(Map.of("app", "elsewhere"));

    assertTripped("which is neither blue nor green");
  }

  @Test
  void aProbeThatFailsMeanwhileTakesAllBack() {
    migration.probe("ready");
    retiring();
    assertThat(migration.peek().probes()).extracting(ProbeRequest::id).contains("users/ready");
    migration.probeFailed("users/ready", 3);

    assertTripped("probe ready of users failed 3 times in a row");
  }

  @Test
  void whoseRecordIsGoneIsPutBackByAPersonWhoIsToldHow() {
    retired();
    users.withoutSnapshot();
    migration.aborted().decide();

    assertThat(migration.entry("users/upgrade").state()).isEqualTo(StepState.UNDO_FAILED);
    assertThat(migration.entry("users/upgrade").message())
        .contains("ControllerRevision", "kubectl rollout undo deployment/users --namespace=shop");
  }

  @Test
  void aRetiredServiceThatSomebodyDeletesStopsTheMigration() {
    retired();
    users.withoutBlue();

    migration.decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("BlueDeleted");
  }

  @Test
  void podsOfTheOriginalAreLookedAtWhileARetiredServiceIsWatched() {
    assertThat(Planner.needs(migration.plan(), migration.journal()))
        .doesNotContain(Need.ORIGINAL_PODS);
    retired();

    assertThat(Planner.needs(migration.plan(), migration.journal())).contains(Need.ORIGINAL_PODS);
    assertThat(migration.steps(StepState.DONE)).containsAll(List.of("users/return"));
  }
}
