package dev.godwit.operator.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServiceFixture;
import dev.godwit.operator.plan.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When green goes, with traffic on the original again. */
class RemoveTest {

  private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DEADLINE = Duration.ofMinutes(10);

  private final ServiceFixture orders =
      ServiceFixture.named("orders").held().green(3, 3).selectsBlue().reachesBlue(3);

  private Assessment remove(Duration later) {
    Observation seen = Shown.only("orders", orders.view());
    Journal.Entry removing = entry("orders/remove", StepState.RUNNING);
    Journal journal =
        new Journal(
            BEGUN,
            Optional.empty(),
            Direction.FORWARD,
            Optional.empty(),
            List.of(entry("orders/switch", StepState.DONE), removing));
    return new Remove(orders.plan(), ServiceFixture.MAKER, false, List.of(), DEADLINE)
        .assess(new Situation(seen, journal, removing, BEGUN.plus(later)));
  }

  private static Journal.Entry entry(String name, StepState state) {
    return new Journal.Entry(
        name,
        "stage",
        state,
        Optional.of(BEGUN),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        "",
        PreImages.selectors(Map.of("orders", Map.of("app", "orders")), null));
  }

  private static void assertFails(Assessment answer, Reason reason, String... words) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Assessment.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(reason);
              assertThat(failed.message()).contains(words);
            });
  }

  @Test
  void greenGoesWhileTheOriginalServes() {
    assertThat(remove(Duration.ZERO))
        .isInstanceOfSatisfying(
            Assessment.Act.class,
            act ->
                assertThat(act.actions()).isNotEmpty().allMatch(Action.Delete.class::isInstance));
  }

  @Test
  void greenStaysWhenTheOriginalWasDeletedMeanwhile() {
    orders.withoutBlue();

    assertFails(
        remove(Duration.ZERO),
        Reason.BLUE_DELETED,
        "Deployment orders was deleted by somebody else",
        "orders-green is kept");
  }

  @Test
  void greenStaysWhileNoPodOfTheOriginalServes() {
    orders.reachesBlue(0);

    assertThat(remove(Duration.ZERO)).isInstanceOf(Assessment.Wait.class);
    assertFails(remove(DEADLINE), Reason.DEADLINE_EXCEEDED, "orders-green is kept");
  }

  @Test
  void greenStaysWhileTrafficIsOnItAgain() {
    orders.selectsGreen().reachesGreen(3);

    assertThat(remove(Duration.ZERO)).isInstanceOf(Assessment.Wait.class);
  }

  @Test
  void aServiceThatSomebodyHasPointedElsewhereNeedsNoGreen() {
    orders.selects(Map.of("app", "decoy")).reachesBlue(0);

    assertThat(remove(Duration.ZERO)).isInstanceOf(Assessment.Act.class);
  }

  @Test
  void whatIsLeftOfGreenGoesInAnyCase() {
    orders.withoutGreen().withoutBlue();

    assertThat(remove(Duration.ZERO)).isInstanceOf(Assessment.Act.class);
  }
}
