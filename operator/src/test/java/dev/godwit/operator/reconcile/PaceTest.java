package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Decision.StepAction;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {

  private final Pace pace = new Pace();
  private Instant now = Plans.START;

  private static List<StepAction> create(String name) {
    return List.of(
        new StepAction(
            "orders/deploy",
            new Action.Create(
                new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata().build())));
  }

  @Test
  void newActionsAreDoneAtOnce() {
    assertThat(pace.putOff(create("a"), now)).isEmpty();
    assertThat(pace.putOff(create("b"), now)).isEmpty();
  }

  @Test
  void sameActionsAreDoneAgainWithGrowingDelaysOfAtMostHalfAMinute() {
    assertThat(pace.putOff(create("a"), now)).isEmpty();
    Duration last = Duration.ZERO;
    for (int round = 0; round < 12; round++) {
      Instant until = pace.putOff(create("a"), now).orElseThrow();
      Duration delay = Duration.between(now, until);
      assertThat(delay).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(Duration.ofSeconds(30));
      last = delay;
      now = until;
      assertThat(pace.putOff(create("a"), now)).isEmpty();
    }
    assertThat(last).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void decisionWithoutActionsForgetsTheOnesBefore() {
    assertThat(pace.putOff(create("a"), now)).isEmpty();
    assertThat(pace.putOff(List.of(), now)).isEmpty();
    assertThat(pace.putOff(create("a"), now)).isEmpty();
  }

  @Test
  void conflictsAreSlowedDownUntilOneReconciliationHasNone() {
    assertThat(pace.afterConflict(now)).isEqualTo(now.plusMillis(100));
    assertThat(pace.afterConflict(now)).isEqualTo(now.plusMillis(200));
    pace.noConflict();
    assertThat(pace.afterConflict(now)).isEqualTo(now.plusMillis(100));
  }

  @Test
  void preflightIsCheckedAgainAfterTenSecondsAndThenLessOften() {
    assertThat(pace.afterPreflight(1, now)).isEqualTo(now.plusSeconds(10));
    assertThat(pace.afterPreflight(1, now)).isEqualTo(now.plusSeconds(20));
    for (int round = 0; round < 10; round++) {
      pace.afterPreflight(1, now);
    }
    assertThat(pace.afterPreflight(1, now)).isEqualTo(now.plusSeconds(300));
    assertThat(pace.afterPreflight(2, now)).isEqualTo(now.plusSeconds(10));
  }

  @Test
  void messagesAloneWaitForFiveSecondsAfterAWrite() {
    assertThat(pace.messagesPutOff(now)).isEmpty();
    pace.recorded(now);
    assertThat(pace.messagesPutOff(now.plusSeconds(1))).contains(now.plusSeconds(5));
    assertThat(pace.messagesPutOff(now.plusSeconds(5))).isEmpty();
  }
}
