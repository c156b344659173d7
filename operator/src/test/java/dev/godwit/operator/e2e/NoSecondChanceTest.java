package dev.godwit.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class NoSecondChanceTest {

  /** Each of its tests fails the first time, and would pass the second. */
  @ExtendWith(NoSecondChance.class)
  static class FailsOnce {

    static boolean lostBefore;
    static boolean slowBefore;

    @Test
    void losesRequests() {
      if (!lostBefore) {
        lostBefore = true;
        throw new LostRequests("failed requests of 100");
      }
    }

    @Test
    void isSlow() {
      if (!slowBefore) {
        slowBefore = true;
        throw new AssertionError("waited in vain");
      }
    }
  }

  private static long failed(String test) {
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create(
            LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build())
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(FailsOnce.class, test))
                .build(),
            summary);
    return summary.getSummary().getTestsFailedCount();
  }

  @Test
  void aTestThatHasLostRequestsFailsAlsoWhenItIsRepeated() {
    assertThat(failed("losesRequests")).isOne();
    assertThat(failed("losesRequests")).isOne();
    assertThat(failed("losesRequests")).isOne();
  }

  @Test
  void aTestThatHasFailedForAnotherReasonMayPassWhenItIsRepeated() {
    assertThat(failed("isSlow")).isOne();
    assertThat(failed("isSlow")).isZero();
  }
}
