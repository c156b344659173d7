package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodChecksTest {

  private final Questions.Scripted asker = new Questions.Scripted();
  private final List<String> woken = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final Migration migration = Questions.migration("uid-1");
  private final PodChecks checks =
      new PodChecks(
          asker,
          (namespace, name) -> woken.add(namespace + "/" + name),
          4,
          pauses::add,
          new DirectExecutor());

  private static CheckRequest request(int attempts, String... addresses) {
    return new CheckRequest(
        "orders/tests/home#1", Questions.tcp(80), List.of(addresses), Questions.TIMEOUT, attempts);
  }

  private CheckResult result() {
    return checks.results(migration).get("orders/tests/home#1");
  }

  @Test
  void passesWhenEveryPodAnswersWellAndWakesTheMigration() {
    checks.run(migration, request(3, "10.0.0.1", "10.0.0.2"));

    assertThat(result()).isEqualTo(new CheckResult(true, ""));
    assertThat(asker.asked).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(woken).containsExactly("prod/shop");
  }

  @Test
  void failsAfterAllAttemptsWithTheLastAnswer() {
    asker.wrong.put("10.0.0.2", "GET x answered 503, expected 200-399");

    checks.run(migration, request(3, "10.0.0.1", "10.0.0.2"));

    assertThat(result())
        .isEqualTo(new CheckResult(false, "GET x answered 503, expected 200-399 (3 attempts)"));
    assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  @Test
  void isBegunOnceHoweverOftenItIsAskedFor() {
    checks.run(migration, request(1, "10.0.0.1"));
    checks.run(migration, request(1, "10.0.0.1"));

    assertThat(asker.asked).hasSize(1);
  }

  @Test
  void isBegunAgainWhenItWasForgotten() {
    checks.run(migration, request(1, "10.0.0.1"));
    checks.forget(migration);

    assertThat(checks.results(migration)).isEmpty();
    checks.run(migration, request(1, "10.0.0.1"));
    assertThat(asker.asked).hasSize(2);
  }

  @Test
  void migrationsDoNotSeeEachOthersResults() {
    checks.run(migration, request(1, "10.0.0.1"));

    assertThat(checks.results(Questions.migration("uid-2"))).isEmpty();
  }

  @Test
  void bugInAskingFailsTheCheckRatherThanLeavingItOpen() {
    PodChecks broken =
        new PodChecks(
            (question, address, timeout) -> {
              throw new IllegalStateException("bug");
            },
            (namespace, name) -> woken.add(name),
            1,
            pauses::add,
            new DirectExecutor());

    broken.run(migration, request(1, "10.0.0.1"));

    assertThat(broken.results(migration).values()).extracting(CheckResult::passed).contains(false);
    assertThat(woken).isNotEmpty();
  }
}
