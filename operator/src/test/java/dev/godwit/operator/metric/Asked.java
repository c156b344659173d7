package dev.godwit.operator.metric;

import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import java.util.List;

/** Comparisons as users ask for them. */
public final class Asked {

  private Asked() {}

  /** Fifty requests per second for 160 seconds, in turns of 20. */
  public static Performance performance(OnDegradation onDegradation) {
    return performance("160s", onDegradation, null);
  }

  /** The same for another time, and for some services. */
  public static Performance performance(
      String duration, OnDegradation onDegradation, List<String> services) {
    return performance(List.of(get("/")), 50, duration, null, onDegradation, services);
  }

  /** With everything. */
  public static Performance performance(
      List<Performance.Request> requests,
      int rate,
      String duration,
      Integer port,
      OnDegradation onDegradation,
      List<String> services) {
    return new Performance(
        requests,
        rate,
        duration,
        "10s",
        port,
        "10%",
        Performance.Quantile.P90,
        onDegradation,
        services);
  }

  /** A GET of that path. */
  public static Performance.Request get(String path) {
    return new Performance.Request("GET", path, 1, null, null, null);
  }
}
