package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.step.Openings;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the windows of gates can open: what no rule of the API can say. */
final class GateChecks {

  private GateChecks() {}

  /**
   * The windows that let nothing pass.
   *
   * @param strategy path of the strategy, as spec.strategy.rolling
   */
  static Stream<Problem> problems(MigrationSpec spec, String strategy) {
    Gates gates = spec.strategy().settings().gates();
    if (gates == null) {
      return Stream.empty();
    }
    Duration monitor = TimeSpan.parse(spec.strategy().settings().monitor());
    String path = strategy + ".gates.";
    return Stream.of(
            problem(path + "beforeSwitch", gates.beforeSwitch(), monitor),
            problem(path + "betweenServices", gates.betweenServices(), monitor),
            problem(path + "beforeCleanup", gates.beforeCleanup(), Duration.ZERO))
        .flatMap(Optional::stream);
  }

  private static Optional<Problem> problem(String path, Gate gate, Duration needed) {
    return Optional.ofNullable(gate)
        .map(Gate::window)
        .flatMap(window -> Openings.fault(window, needed))
        .map(fault -> new Problem(path + ".window." + fault.field(), fault.message()));
  }
}
