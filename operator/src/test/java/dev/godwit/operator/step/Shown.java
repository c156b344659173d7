package dev.godwit.operator.step;

import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ServiceView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Observations of one service, with all that a step may need, and of nothing else. */
final class Shown {

  private Shown() {}

  static Observation only(String service, ServiceView view) {
    return new Observation(
        Map.of(service, view),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Optional.of(List.of()),
        Optional.empty(),
        Set.of(Need.values()),
        Set.of(),
        Map.of());
  }
}
