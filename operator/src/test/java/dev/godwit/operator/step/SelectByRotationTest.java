package dev.godwit.operator.step;

import static dev.godwit.operator.step.InPlaceFixture.MAKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.RotationService;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the Services of a StatefulSet come to select by rotation, and as before. */
class SelectByRotationTest {

  private static final Map<String, String> PLAIN = Map.of("app", "orders");

  private final InPlaceFixture orders = new InPlaceFixture();

  private Assessment on(Duration later) {
    return step(true).assess(orders.situation("rotation-on", later));
  }

  private Assessment on() {
    return on(Duration.ZERO);
  }

  private Assessment off() {
    return step(false).assess(orders.situation("rotation-off"));
  }

  private SelectByRotation step(boolean on) {
    return new SelectByRotation(orders.plan(), MAKER, List.of(), on, AnswerBaseline.NONE);
  }

  /** The Service selects as before, and is about to select by rotation. */
  private InPlaceFixture begun() {
    return orders.selects(PLAIN).state("rotation-on", StepState.RUNNING);
  }

  /** All members are upgraded, and the Service is about to select as before. */
  private InPlaceFixture settling() {
    return orders.upgraded(2).upgraded(1).upgraded(0).state("rotation-off", StepState.RUNNING);
  }

  private static List<Action> actions(Assessment assessment) {
    assertThat(assessment).isInstanceOf(Assessment.Act.class);
    return ((Assessment.Act) assessment).actions();
  }

  private static Action only(Assessment assessment) {
    assertThat(actions(assessment)).hasSize(1);
    return actions(assessment).getFirst();
  }

  /** What the only write changes of the Service. */
  private static JsonNode change(Assessment assessment) {
    Action.Patch patch = (Action.Patch) only(assessment);
    assertThat(patch.seen().getKind()).isEqualTo("Service");
    return patch.change();
  }

  private static void assertWaits(Assessment assessment, String words) {
    assertThat(assessment)
        .isInstanceOfSatisfying(
            Assessment.Wait.class, wait -> assertThat(wait.why()).contains(words));
  }

  private static void assertFails(Assessment assessment, Reason reason, String words) {
    assertThat(assessment)
        .isInstanceOfSatisfying(
            Assessment.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(reason);
              assertThat(failed.message()).contains(words);
            });
  }

  private static void assertDone(Assessment assessment) {
    assertThat(assessment).isInstanceOf(Assessment.Done.class);
  }

  // ---- by rotation

  @Test
  void firstAServiceIsMadeThatShowsWhichLabelsAreKnown() {
    begun().pod(1, "1.9", true, false);

    Service made = (Service) ((Action.Create) only(on())).object();

    assertThat(made.getMetadata().getName()).isEqualTo("rotation-orders");
    assertThat(made.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(made.getSpec().getSelector())
        .isEqualTo(Map.of("app", "orders", Marks.ROTATION, Marks.IN));
  }

  @Test
  void podsAreLabelledWhenItIsKnownThatTheyHaveNoLabelLeftOfBefore() {
    begun().pod(1, "1.9", true, false).showsNothingYet();
    assertWaits(on(), "Service rotation-orders to list no pod without the label");

    orders.shows(0, 1, 2);
    assertWaits(on(), "Service rotation-orders to list no pod without the label");

    orders.shows(0, 2);
    assertThat(((Action.Patch) only(on())).seen().getMetadata().getName()).isEqualTo("orders-1");
  }

  @Test
  void noSelectorAsksForALabelThatIsNotKnownOfEveryReadyPod() {
    begun().shows(0, 2);

    assertWaits(on(), "Service rotation-orders to list all pods that are in rotation");
    assertFails(
        on(Duration.ofMinutes(1)), Reason.DEADLINE_EXCEEDED, "waited a minute in vain for Service");
  }

  @Test
  void aPodThatIsNotReadyNeedNotBeKnown() {
    begun().shows(0, 2).pod(1, "1.9", false, true);

    assertThat(change(on()).at("/spec/selector").get(Marks.ROTATION).asText()).isEqualTo(Marks.IN);
  }

  @Test
  void theSelectorAndSinceWhenItHoldsAreOneWrite() {
    begun().shows(0, 1, 2);

    JsonNode change = change(on());

    assertThat(change.at("/spec/selector").get(Marks.ROTATION).asText()).isEqualTo(Marks.IN);
    assertThat(change.at("/metadata/labels").get(Marks.SELECTS).asText()).isEqualTo("in-1");
  }

  @Test
  void itIsOnWhenTheEndpointSlicesWereMadeFromThatSelector() {
    orders.state("rotation-on", StepState.RUNNING).says("in-1").shows(0, 1, 2);

    assertWaits(on(), "the endpoints of orders to be the pods that are in rotation");
    orders.followed();
    assertThat(only(on())).isInstanceOf(Action.Delete.class);
  }

  @Test
  void itIsDoneWhenWhatShowedTheLabelsIsGone() {
    orders.state("rotation-on", StepState.RUNNING).says("in-1").followed();

    assertDone(on());
  }

  @Test
  void aServiceOfThatNameThatIsSomebodyElsesIsNotTouched() {
    Service foreign =
        new ServiceBuilder(RotationService.of(orders.plan(), MAKER))
            .editMetadata()
            .addToAnnotations(Marks.MIGRATION_UID, "another")
            .endMetadata()
            .build();
    begun().shows(foreign, 0, 1, 2);

    assertFails(on(), Reason.REJECTED, "Service rotation-orders exists already");
  }

  @Test
  void aServiceOfThatNameThatAnotherWorkloadOfThisMigrationNeedsIsAwaited() {
    Service others =
        new ServiceBuilder(RotationService.of(orders.plan(), MAKER))
            .editMetadata()
            .addToAnnotations(Marks.SERVICE, "another")
            .endMetadata()
            .build();
    begun().shows(others, 0, 1, 2);

    assertWaits(on(), "Service rotation-orders to be free again");
  }

  @Test
  void aServiceThatLedElsewhereWhenItWasRecordedIsNotTaken() {
    orders.records(Map.of("app", "decoy")).selects(Map.of("app", "decoy"));

    assertFails(on(), Reason.TRAFFIC_CONTESTED, "does not lead to StatefulSet orders any more");
  }

  // ---- as before

  @Test
  void labelsGoWhenTheEndpointSlicesAreKnownNotToAskForThem() {
    settling().says("in-1");

    JsonNode change = change(off());
    orders.selects(PLAIN).says("all-1");

    assertThat(change.at("/spec/selector").get(Marks.ROTATION).isNull()).isTrue();
    assertThat(change.at("/metadata/labels").get(Marks.SELECTS).asText()).isEqualTo("all-1");
    assertWaits(off(), "the endpoints of orders to be all ready pods");
    orders.followed();
    assertThat(actions(off()))
        .extracting(one -> ((Action.Patch) one).seen().getKind())
        .containsExactly("Pod", "Pod", "Pod", "Service");
  }

  @Test
  void aSelectorThatSomebodyElseHasSetBackIsWrittenToSoThatItShowsWhenThatIsKnown() {
    settling().says("in-1").selects(PLAIN).followed();

    assertThat(change(off()).at("/metadata/labels").get(Marks.SELECTS).asText()).isEqualTo("all-1");
  }

  @Test
  void aServiceThatWasNeverChangedIsNotWrittenTo() {
    orders.selects(PLAIN).shows(0, 1).state("rotation-on", StepState.UNDOING);

    List<Action> writes = actions(step(true).assessUndo(orders.situation("rotation-on")));

    assertThat(writes).filteredOn(Action.Patch.class::isInstance).hasSize(3);
    assertThat(writes).filteredOn(Action.Delete.class::isInstance).hasSize(1);
  }

  @Test
  void theWayBackDoesNotWaitForAServiceThatLedElsewhereBeforeTheTurnBegan() {
    orders.records(Map.of("app", "decoy")).selects(Map.of("app", "decoy"));
    orders.notReached(0).notReached(1).notReached(2).state("rotation-on", StepState.UNDOING);
    for (int ordinal = 0; ordinal < 3; ordinal++) {
      orders.pod(ordinal, "1.9", true, false);
    }

    assertDone(step(true).assessUndo(orders.situation("rotation-on")));
  }
}
