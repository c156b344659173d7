package dev.godwit.operator.guard;

import static dev.godwit.operator.step.InPlaceFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.InPlaceFixture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is watched while a StatefulSet is upgraded member by member. */
class InPlaceGuardsTest {

  private static final Map<String, String> PLAIN = Map.of("app", "orders");

  private final InPlaceFixture orders = new InPlaceFixture();

  private Verdict held() {
    return new RotationHeld(orders.plan(), List.of()).evaluate(orders.situation());
  }

  private Verdict healthy() {
    return new MembersHealthy(orders.plan()).evaluate(orders.situation());
  }

  private List<String> labelled() {
    return new RotationHeld(orders.plan(), List.of())
        .upkeep(orders.situation()).stream()
            .map(one -> ((Action.Patch) one.action()).seen().getMetadata().getName())
            .toList();
  }

  private static void assertTrips(Verdict verdict, Reason reason) {
    assertThat(verdict).isInstanceOf(Verdict.Trip.class);
    assertThat(((Verdict.Trip) verdict).reason()).isEqualTo(reason);
  }

  // ---- the Services

  @Test
  void aSelectorThatSomebodySetsBackIsSetAgain() {
    orders.selects(PLAIN);

    assertThat(held()).isInstanceOf(Verdict.Reopen.class);
    assertThat(((Verdict.Reopen) held()).step()).isEqualTo("orders/rotation-on");
  }

  @Test
  void aSelectorThatSomebodySetsBackForTheFourthTimeTakesAllBack() {
    orders.selects(PLAIN).state("rotation-on", StepState.DONE, NOW, 4);

    assertTrips(held(), Reason.TRAFFIC_CONTESTED);
  }

  @Test
  void aServiceThatIsPointedElsewhereTakesAllBack() {
    orders.selects(Map.of("app", "decoy"));

    assertTrips(held(), Reason.TRAFFIC_CONTESTED);
  }

  @Test
  void nobodyMindsTheSelectorsWhenTheyAreAsBefore() {
    orders.selects(PLAIN).state("rotation-off", StepState.DONE);

    assertThat(held()).isInstanceOf(Verdict.Fine.class);
  }

  @Test
  void aPodThatIsMadeAnewReturnsWhenItRunsWhatItsMemberShould() {
    orders.upgraded(2).pod(0, "1.9", true, false).pod(2, "2.0", true, false);

    assertThat(labelled()).containsExactly("orders-0", "orders-2");
  }

  @Test
  void aPodOfAnotherRevisionThanItsMemberShouldRunStaysOut() {
    orders.upgraded(2).pod(0, "2.0", true, false).pod(2, "1.9", true, false);

    assertThat(labelled()).isEmpty();
  }

  @Test
  void onTheWayBackAPodThatComesBackWithTheOldVersionReturnsWhereNothingIsRestored() {
    orders.upgraded(2).backward().pod(2, "1.9", true, false);

    assertThat(labelled()).containsExactly("orders-2");
    orders.withBackupAndRestore();
    assertThat(labelled()).isEmpty();
  }

  @Test
  void aMemberThatIsOutIsNotReturnedByTheWay() {
    orders.upgrading(2);

    assertThat(labelled()).isEmpty();
  }

  // ---- the members

  @Test
  void aTemplateThatSomebodyChangesTakesAllBack() {
    assertThat(healthy()).isInstanceOf(Verdict.Fine.class);

    orders.template("3.0");

    assertTrips(healthy(), Reason.WORKLOAD_CHANGED);
  }

  @Test
  void theNewTemplateIsExpectedWhileTheFirstMemberComesToIt() {
    orders.upgrading(2).template("2.0");

    assertThat(healthy()).isInstanceOf(Verdict.Fine.class);
  }

  @Test
  void anOldTemplateThatSomebodyPutsBackAfterAMemberWasUpgradedTakesAllBack() {
    orders.upgraded(2).template("1.9");

    assertTrips(healthy(), Reason.WORKLOAD_CHANGED);
  }

  @Test
  void aWorkloadThatSomebodyScalesTakesAllBack() {
    orders.replicas(4);

    assertTrips(healthy(), Reason.WORKLOAD_CHANGED);
  }

  @Test
  void aWorkloadThatSomebodyDeletesStopsTheMigration() {
    orders.withoutWorkload();

    assertThat(healthy()).isInstanceOf(Verdict.Halt.class);
  }

  @Test
  void anUpgradedMemberThatIsNotReadyForLongTakesAllBack() {
    orders.upgraded(2).pod(2, "2.0", false, true);

    assertTrips(healthy(), Reason.PODS_UNHEALTHY);
  }

  @Test
  void aMemberOfTheOldVersionThatIsNotReadyIsNoReasonToGoBack() {
    orders.upgraded(2).pod(0, "1.9", false, true);

    assertThat(healthy()).isInstanceOf(Verdict.Fine.class);
  }

  @Test
  void anUpgradedMemberThatCrashesTakesAllBackAtOnce() {
    orders
        .upgraded(2)
        .pod(
            2,
            pod ->
                pod.editStatus()
                    .addNewContainerStatus()
                    .withName("main")
                    .withReady(false)
                    .withRestartCount(3)
                    .withNewState()
                    .withNewWaiting()
                    .withReason("CrashLoopBackOff")
                    .endWaiting()
                    .endState()
                    .endContainerStatus()
                    .endStatus());

    assertTrips(healthy(), Reason.PODS_UNHEALTHY);
  }

  @Test
  void theLabelOfRotationIsTheOneThatServicesAskFor() {
    assertThat(Marks.ROTATION).isEqualTo("godwit.dev/rotation");
  }
}
