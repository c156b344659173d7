package dev.godwit.runner.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.load.FailureReason;
import dev.godwit.contract.load.LoadRequest;
import dev.godwit.contract.load.SideResult;
import dev.godwit.contract.load.StatusClass;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {

  private static final List<Double> MEDIAN_AND_P99 = List.of(0.5, 0.99);
  private static final long MILLI = 1_000_000;

  private final Tally tally = new Tally(/* timeoutMillis= */ 5_000);

  private static Due due() {
    return new Due(LoadRequest.get("/"), 0, 5_000 * MILLI);
  }

  private static Outcome answered(StatusClass status, long millis) {
    return new Outcome.Answered(due(), status, 0, millis * MILLI);
  }

  private SideResult result() {
    return tally.side(MEDIAN_AND_P99);
  }

  @Test
  void aQuickRefusalIsAFailureAndNoQuickAnswer() {
    tally.ended(answered(StatusClass.SUCCESS, 20));
    for (int times = 0; times < 9; times++) {
      tally.ended(answered(StatusClass.SERVER_ERROR, 1));
    }
    assertThat(result().failed()).isEqualTo(9);
    assertThat(result().failures()).isEqualTo(Map.of(FailureReason.UNEXPECTED_STATUS, 9L));
    assertThat(result().statuses())
        .isEqualTo(Map.of(StatusClass.SUCCESS, 1L, StatusClass.SERVER_ERROR, 9L));
    assertThat(result().latencyMicros().getFirst()).isBetween(20_000L, 20_020L);
  }

  @Test
  void whatTimedOutTookAsLongAsTheTimeout() {
    tally.ended(new Outcome.TimedOut(due(), true));
    assertThat(result().sent()).isEqualTo(1);
    assertThat(result().failures()).isEqualTo(Map.of(FailureReason.TIMED_OUT, 1L));
    assertThat(result().latencyMicros().getFirst()).isBetween(5_000_000L, 5_005_000L);
  }

  @Test
  void whatWasDroppedOrNeverItsTurnWasNotSent() {
    tally.ended(new Outcome.Dropped(due()));
    tally.ended(new Outcome.TimedOut(due(), false));
    assertThat(result().sent()).isZero();
    assertThat(result().failed()).isEqualTo(2);
  }

  @Test
  void whatWasLostHasNoLatency() {
    tally.ended(new Outcome.Lost(due(), FailureReason.BROKEN));
    tally.ended(new Outcome.Lost(due(), FailureReason.NOT_CONNECTED));
    assertThat(result().sent()).isEqualTo(2);
    assertThat(result().latencyMicros()).isEmpty();
    assertThat(tally.hasAnswers()).isFalse();
  }

  @Test
  void throughputIsWhatWasAnsweredAsExpectedInTheTimeThatItTook() {
    for (int times = 0; times < 30; times++) {
      tally.ended(answered(StatusClass.SUCCESS, 1));
      tally.ended(answered(StatusClass.CLIENT_ERROR, 1));
    }
    tally.took(2_000 * MILLI);
    assertThat(result().throughput()).isEqualTo(15);
    assertThat(tally.slice(7, MEDIAN_AND_P99).tookMillis()).isEqualTo(2_000);
  }

  @Test
  void slicesAddUp() {
    var total = new Tally(5_000);
    tally.ended(answered(StatusClass.SUCCESS, 1));
    tally.ended(new Outcome.Dropped(due()));
    tally.lagged(3 * MILLI);
    tally.took(1_000 * MILLI);
    total.add(tally);
    total.add(tally);
    assertThat(total.side(MEDIAN_AND_P99).sent()).isEqualTo(2);
    assertThat(total.side(MEDIAN_AND_P99).failures()).isEqualTo(Map.of(FailureReason.DROPPED, 2L));
    assertThat(total.side(MEDIAN_AND_P99).throughput()).isEqualTo(1);
    assertThat(total.lagMicros(MEDIAN_AND_P99).getFirst()).isBetween(3_000L, 3_003L);
  }
}
