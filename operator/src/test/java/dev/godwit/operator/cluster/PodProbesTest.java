package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.AnswerLimits;
import dev.godwit.operator.plan.Answers;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PodProbesTest {

  private final Questions.Scripted asker = new Questions.Scripted();
  private final Rounds rounds = new Rounds();
  private Instant now = Instant.EPOCH;
  private final List<String> woken = new ArrayList<>();
  private final Migration migration = Questions.migration("uid-1");
  private final PodProbes probes =
      new PodProbes(
          asker,
          (namespace, name) -> woken.add(namespace + "/" + name),
          () -> now,
          4,
          rounds,
          new DirectExecutor());

  private static ProbeRequest request(int seconds, String... addresses) {
    return request(Optional.empty(), seconds, addresses);
  }

  private static ProbeRequest request(Optional<String> nobody, int seconds, String... addresses) {
    return new ProbeRequest(
        "orders/ready",
        Questions.tcp(80),
        List.of(addresses),
        Duration.ofSeconds(seconds),
        Questions.TIMEOUT,
        3,
        new AnswerLimits(OptionalDouble.of(0.1), OptionalDouble.empty(), 100),
        nobody);
  }

  private ProbeState state() {
    return probes.states(migration).get("orders/ready");
  }

  private void want(String... addresses) {
    probes.want(migration, List.of(request(5, addresses)));
  }

  @Test
  void asksEveryPodInEveryRound() {
    want("10.0.0.1", "10.0.0.2");

    rounds.pass();
    rounds.pass();

    assertThat(asker.asked).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2");
    assertThat(state().failures()).isEqualTo(0);
    assertThat(state().message()).isEqualTo("");
    assertThat(rounds.rounds.getFirst().period).isEqualTo(Duration.ofSeconds(5));
  }

  /** A question may wait for others to be asked first; what it finds is of then or later. */
  @Test
  void saysWhenTheLastRoundThatHasEndedBegan() {
    want("10.0.0.1");
    asker.meanwhile = () -> now = now.plusSeconds(20);
    rounds.pass();
    assertThat(state().asked()).isEqualTo(Instant.EPOCH);

    rounds.pass();
    assertThat(state().asked()).isEqualTo(Instant.EPOCH.plusSeconds(20));
  }

  @Test
  void aRoundThatEndsInABugSaysNothing() {
    want("10.0.0.1");
    rounds.pass();
    asker.meanwhile =
        () -> {
          throw new IllegalStateException("a bug");
        };
    now = now.plusSeconds(5);
    rounds.pass();

    assertThat(state().asked()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void countsAnswersAndWakesWhenTooManyOfAllHaveFailed() {
    want("10.0.0.1", "10.0.0.2");
    for (int round = 0; round < 50; round++) {
      rounds.pass();
    }
    assertThat(state().answers().asked()).isEqualTo(100);
    assertThat(state().answers().failed()).isZero();
    assertThat(state().answers().seconds()).isPresent();
    assertThat(woken).as("by the first answer").hasSize(1);

    asker.wrong.put("10.0.0.1", "refused");
    for (int spell = 0; spell < 6; spell++) {
      rounds.pass();
      rounds.pass();
      asker.wrong.clear();
      rounds.pass();
      asker.wrong.put("10.0.0.1", "refused");
    }

    assertThat(state().answers())
        .extracting(Answers::asked, Answers::failed)
        .containsExactly(136, 12);
    assertThat(woken).hasSize(1);
    for (int spell = 0; spell < 3; spell++) {
      rounds.pass();
      rounds.pass();
      asker.wrong.clear();
      rounds.pass();
      asker.wrong.put("10.0.0.1", "refused");
    }
    assertThat(woken).hasSizeGreaterThan(1);
  }

  @Test
  void wakesWhenTheLimitIsReachedAndNotBeforeOrAfter() {
    asker.wrong.put("10.0.0.1", "refused");
    want("10.0.0.1");

    rounds.pass();
    rounds.pass();
    assertThat(woken).as("by the first answer").hasSize(1);

    rounds.pass();
    assertThat(state().failures()).isEqualTo(3);
    assertThat(state().message()).isEqualTo("refused");
    assertThat(woken).containsExactly("prod/shop", "prod/shop");

    rounds.pass();
    assertThat(woken).hasSize(2);
  }

  @Test
  void wakesWhenItRecovers() {
    asker.wrong.put("10.0.0.1", "refused");
    want("10.0.0.1");
    rounds.pass();
    rounds.pass();
    rounds.pass();
    asker.wrong.clear();

    rounds.pass();

    assertThat(state().failures()).isEqualTo(0);
    assertThat(state().message()).isEqualTo("");
    assertThat(woken).hasSize(3);
  }

  @Test
  void oneGoodRoundBeginsTheCountAnew() {
    asker.wrong.put("10.0.0.1", "refused");
    want("10.0.0.1");
    rounds.pass();
    rounds.pass();
    asker.wrong.clear();
    rounds.pass();
    asker.wrong.put("10.0.0.1", "refused");

    rounds.pass();

    assertThat(state().failures()).isEqualTo(1);
  }

  @Test
  void newAddressesKeepTheCount() {
    asker.wrong.put("10.0.0.1", "refused");
    asker.wrong.put("10.0.0.9", "refused too");
    want("10.0.0.1");
    rounds.pass();

    want("10.0.0.9");
    rounds.pass();

    assertThat(state().failures()).isEqualTo(2);
    assertThat(state().message()).isEqualTo("refused too");
    assertThat(rounds.rounds).hasSize(1);
  }

  @Test
  void anotherIntervalStartsAnotherRhythmAndKeepsTheCount() {
    asker.wrong.put("10.0.0.1", "refused");
    want("10.0.0.1");
    rounds.pass();

    probes.want(migration, List.of(request(1, "10.0.0.1")));
    rounds.pass();

    assertThat(state().failures()).isEqualTo(2);
    assertThat(rounds.rounds.getFirst().isCancelled()).isTrue();
  }

  @Test
  void probeThatIsNotWantedAnyMoreEnds() {
    want("10.0.0.1");
    probes.want(migration, List.of());

    rounds.pass();

    assertThat(asker.asked).isEmpty();
    assertThat(probes.states(migration)).isEmpty();
  }

  @Test
  void withoutPodsThereIsNoRound() {
    want();
    rounds.pass();

    assertThat(probes.states(migration)).isEmpty();
  }

  @Test
  void withoutPodsARoundIsBadWhereNobodyElseSaysSo() {
    for (int round = 0; round < 3; round++) {
      probes.want(migration, List.of(request(Optional.of("no pod is ready"), 5)));
      rounds.pass();
    }

    assertThat(asker.asked).isEmpty();
    assertThat(state().failures()).isEqualTo(3);
    assertThat(state().message()).isEqualTo("no pod is ready");
    assertThat(woken).as("by the first round and by the third").hasSize(2);
  }

  /** Neither good nor bad: the pods that are there now were not asked. */
  @Test
  void aRoundOfPodsThatHaveAllLeftMeanwhileSaysNothing() {
    asker.wrong.put("10.0.0.1", "refused");
    want("10.0.0.1");
    rounds.pass();
    asker.meanwhile = () -> want("10.0.0.9");

    rounds.pass();

    assertThat(asker.asked).containsExactly("10.0.0.1", "10.0.0.1");
    assertThat(state().failures()).isEqualTo(1);
  }
}
