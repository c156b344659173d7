package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalDouble;

/** Tells of every measurement what came of it. */
public final class CountedProvider implements MetricProvider {

  private final MetricProvider provider;
  private final InstantSource clock;
  private final Counter counter;

  /** Counts measurements. */
  @FunctionalInterface
  public interface Counter {

    /** One measurement. */
    void measured(Measurement measurement);
  }

  /**
   * What came of one.
   *
   * @param metric as the user calls it
   * @param result {@code good}, {@code bad}, {@code nodata} or {@code unavailable}
   * @param samples behind the value, where there is one and that was asked
   * @param ofLimit the value as a share of its upper limit, or the lower limit as a share of the
   *     value: 1 is at the limit; empty without a value or a limit above 0
   */
  public record Measurement(
      String metric,
      String result,
      OptionalDouble samples,
      OptionalDouble ofLimit,
      Duration took) {}

  /** Has it asked by this provider. */
  public CountedProvider(MetricProvider provider, InstantSource clock, Counter counter) {
    this.provider = provider;
    this.clock = clock;
    this.counter = counter;
  }

  @Override
  public Measured measure(MetricRequest request) throws InterruptedException {
    long began = clock.millis();
    Measured measured = provider.measure(request);
    counter.measured(measurement(request, measured, Duration.ofMillis(clock.millis() - began)));
    return measured;
  }

  @Override
  public Optional<String> refusal(String url) {
    return provider.refusal(url);
  }

  private static Measurement measurement(MetricRequest request, Measured measured, Duration took) {
    String metric = request.id().split("/", 3)[1];
    return switch (measured) {
      case Measured.Value(double value, OptionalDouble samples) ->
          new Measurement(
              metric, result(request, value, samples), samples, ofLimit(request, value), took);
      case Measured.Nothing nothing -> without(metric, "nodata", took);
      case Measured.Unknown unknown -> without(metric, "unavailable", took);
    };
  }

  private static Measurement without(String metric, String result, Duration took) {
    return new Measurement(metric, result, OptionalDouble.empty(), OptionalDouble.empty(), took);
  }

  private static String result(MetricRequest request, double value, OptionalDouble samples) {
    if (samples.isPresent() && samples.getAsDouble() < request.minSamples()) {
      return "nodata";
    }
    return request.limits().breach(value).isEmpty() ? "good" : "bad";
  }

  private static OptionalDouble ofLimit(MetricRequest request, double value) {
    Limits limits = request.limits();
    if (limits.most().isPresent() && limits.most().getAsDouble() > 0) {
      return OptionalDouble.of(value / limits.most().getAsDouble());
    }
    return limits.least().isPresent() && value > 0
        ? OptionalDouble.of(limits.least().getAsDouble() / value)
        : OptionalDouble.empty();
  }
}
