package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.cluster.CountedProvider.Measurement;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CountedProviderTest {

  private final List<Measurement> counted = new ArrayList<>();

  private Measurement measured(Measured answer, Limits limits) throws InterruptedException {
    MetricProvider provider =
        new MetricProvider() {
          @Override
          public Measured measure(MetricRequest request) {
            return answer;
          }

          @Override
          public Optional<String> refusal(String url) {
            return Optional.empty();
          }
        };
    MetricRequest request =
        new MetricRequest(
            "orders/errorRate/baseline",
            "http://prometheus:9090",
            "query",
            Optional.empty(),
            100,
            limits,
            Duration.ofSeconds(5),
            2);
    Measured given =
        new CountedProvider(provider, InstantSource.fixed(Instant.EPOCH), counted::add)
            .measure(request);
    assertThat(given).isEqualTo(answer);
    return counted.getLast();
  }

  private static Measured value(double value, double samples) {
    return new Measured.Value(value, OptionalDouble.of(samples));
  }

  private static final Limits AT_MOST = new Limits(OptionalDouble.empty(), OptionalDouble.of(0.01));

  @Test
  void whatCameOfAMeasurementIsTold() throws InterruptedException {
    assertThat(measured(value(0.005, 500), AT_MOST))
        .isEqualTo(
            new Measurement(
                "errorRate",
                "good",
                OptionalDouble.of(500),
                OptionalDouble.of(0.5),
                Duration.ZERO));
    assertThat(measured(value(0.02, 500), AT_MOST).result()).isEqualTo("bad");
    assertThat(measured(value(0.02, 99), AT_MOST).result()).isEqualTo("nodata");
    assertThat(measured(new Measured.Nothing("none"), AT_MOST).result()).isEqualTo("nodata");
    assertThat(measured(new Measured.Unknown("refused"), AT_MOST).result())
        .isEqualTo("unavailable");
  }

  @Test
  void nearerToALowerLimitIsMoreOfIt() throws InterruptedException {
    Limits atLeast = new Limits(OptionalDouble.of(50), OptionalDouble.empty());

    assertThat(measured(value(100, 500), atLeast).ofLimit()).hasValue(0.5);
    assertThat(measured(value(0, 500), atLeast).ofLimit()).isEmpty();
  }
}
