package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.MetricState.Gap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What is asked again and again, and what is asked until it is answered. */
class PolledMetricsTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Limits NONE = new Limits(OptionalDouble.empty(), OptionalDouble.empty());

  private final List<String> asked = new ArrayList<>();
  private Measured answer = new Measured.Value(1, OptionalDouble.empty());
  private Optional<RuntimeException> bug = Optional.empty();
  private final Rounds rounds = new Rounds();
  private final Migration migration = Questions.migration("uid-1");
  private final PolledMetrics metrics =
      new PolledMetrics(
          new MetricProvider() {
            @Override
            public Measured measure(MetricRequest request) {
              asked.add(request.id());
              bug.ifPresent(
                  failure -> {
                    throw failure;
                  });
              return answer;
            }

            @Override
            public Optional<String> refusal(String url) {
              return Optional.empty();
            }
          },
          (namespace, name) -> {},
          InstantSource.fixed(NOW),
          4,
          rounds,
          new DirectExecutor());

  private void want(Optional<Instant> at) {
    metrics.want(
        migration,
        List.of(
            new MetricRequest(
                "orders/cpu",
                "http://prometheus",
                "x",
                Optional.empty(),
                0,
                NONE,
                Duration.ofSeconds(5),
                1,
                at)));
  }

  @Test
  void thePresentIsAskedForInEveryRound() {
    want(Optional.empty());
    rounds.pass();
    rounds.pass();

    assertThat(asked).hasSize(2);
  }

  @Test
  void providerWithABugGivesNoValueAndIsAskedAgain() {
    want(Optional.empty());
    rounds.pass();
    bug = Optional.of(new IllegalStateException("a bug"));
    rounds.pass();

    MetricState state = metrics.states(migration).get("orders/cpu");
    assertThat(state.isGood()).isFalse();
    assertThat(state.gap().map(Gap::kind)).contains(Gap.Kind.PROVIDER_ERROR);
    assertThat(state.gap().orElseThrow().message()).contains("failed to ask", "a bug");

    bug = Optional.empty();
    rounds.pass();
    assertThat(metrics.states(migration).get("orders/cpu").isGood()).isTrue();
  }

  @Test
  void thePastIsAskedForUntilThereIsAnAnswer() {
    answer = new Measured.Nothing("not yet");
    want(Optional.of(NOW.minusSeconds(60)));
    rounds.pass();
    rounds.pass();
    assertThat(asked).hasSize(2);

    answer = new Measured.Value(1, OptionalDouble.empty());
    rounds.pass();
    rounds.pass();

    assertThat(asked).hasSize(3);
    assertThat(metrics.states(migration).get("orders/cpu").last()).isPresent();
  }
}
