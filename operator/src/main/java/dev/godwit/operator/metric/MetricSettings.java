package dev.godwit.operator.metric;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.OnProviderError;
import dev.godwit.api.v1alpha1.PrometheusSpec.Exporter;
import dev.godwit.api.v1alpha1.TimeSpan;
import java.time.Duration;
import java.util.Optional;

/**
 * What holds for all metrics of a migration, with the defaults filled in.
 *
 * @param url of the Prometheus that is asked, as the user writes it
 * @param exporter whose names the ready-made metrics go by
 * @param interval from one measurement to the next
 * @param minSamples with fewer samples there is no data
 * @param patience how long a migration waits for data
 * @param providerPatience how long it waits for the provider
 */
public record MetricSettings(
    String url,
    Exporter exporter,
    Duration interval,
    int minSamples,
    OnNoData onNoData,
    OnProviderError onProviderError,
    Duration patience,
    Duration providerPatience) {

  static final int DEFAULT_MIN_SAMPLES = 100;

  static MetricSettings of(HealthSpec health) {
    return new MetricSettings(
        health.prometheus().url(),
        Optional.ofNullable(health.prometheus().exporter()).orElse(Exporter.GENERIC),
        TimeSpan.parse(Optional.ofNullable(health.interval()).orElse("5s")),
        Optional.ofNullable(health.minSamples()).orElse(DEFAULT_MIN_SAMPLES),
        Optional.ofNullable(health.onNoData()).orElse(OnNoData.HOLD),
        Optional.ofNullable(health.onProviderError()).orElse(OnProviderError.HOLD),
        TimeSpan.parse(Optional.ofNullable(health.patience()).orElse("10m")),
        TimeSpan.parse(Optional.ofNullable(health.providerPatience()).orElse("10m")));
  }
}
