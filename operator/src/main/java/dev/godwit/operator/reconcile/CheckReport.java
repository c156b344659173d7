package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.CheckState;
import dev.godwit.api.v1alpha1.CheckStatus;
import dev.godwit.api.v1alpha1.CheckStatus.Measurement;
import dev.godwit.operator.plan.Decision;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.MetricState.Gap;
import dev.godwit.operator.plan.MetricState.Reading;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.Standing;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a status says of the metrics, probes and data that are watched. Another value alone is not
 * worth a write: values are brought up to date when something is decided, or when a check changes
 * its state. What is no longer watched stays as it was seen last.
 */
final class CheckReport {

  private static final int MOST = 32;

  /** The journals of so many services leave little room. */
  private static final int MANY_SERVICES = 32;

  private static final int MOST_OF_MANY = 8;

  /** The most that a metric takes, in bytes. */
  static final int METRIC = 560;

  /** The most that a probe takes, in bytes. */
  static final int PROBE = 300;

  private static final int MESSAGE = 120;

  private final Map<String, CheckStatus> before;
  private final Observation seen;
  private final Instant now;
  private final Map<String, CheckStatus> checks = new LinkedHashMap<>();
  private final Set<String> standings = new HashSet<>();

  private CheckReport(List<CheckStatus> before, Observation seen, Instant now) {
    this.before = new LinkedHashMap<>();
    Optional.ofNullable(before)
        .orElse(List.of())
        .forEach(check -> this.before.put(check.name(), check));
    this.seen = seen;
    this.now = now;
  }

  /**
   * The checks after a decision; empty where there are none.
   *
   * @param before as they were reported; null where they were not
   * @param isDecision whether more than a message of the journal has changed
   */
  static List<CheckStatus> of(
      List<CheckStatus> before,
      Decision decision,
      Observation seen,
      boolean isDecision,
      Instant now) {
    CheckReport report = new CheckReport(before, seen, now);
    report.build(decision);
    boolean isNews = isDecision || report.isNews();
    return isNews ? report.bounded() : List.copyOf(report.before.values());
  }

  /** So many are reported at the most. */
  static int most(int services) {
    return services > MANY_SERVICES ? MOST_OF_MANY : MOST;
  }

  private void build(Decision decision) {
    checks.putAll(before);
    // A decision that turns round wants nothing any more: what it saw is what it was made from.
    before.keySet().forEach(this::again);
    decision.metrics().stream().filter(request -> isWatched(request.id())).forEach(this::metric);
    decision.probes().stream().filter(request -> isWatched(request.id())).forEach(this::probe);
    decision.standings().forEach(this::stands);
  }

  private void stands(Standing standing) {
    CheckState how =
        switch (standing.state()) {
          case PENDING -> CheckState.PENDING;
          case GOOD -> CheckState.GOOD;
          case BAD -> CheckState.BAD;
          case UNKNOWN -> CheckState.UNAVAILABLE;
        };
    standings.add(standing.id());
    checks.put(
        standing.id(),
        new CheckStatus(
            standing.id(),
            how,
            since(standing.id(), how),
            null,
            null,
            null,
            null,
            null,
            standing.message().isEmpty() ? null : Messages.shortened(standing.message(), MESSAGE)));
  }

  /** The old version is only measured; its baseline is in the journal. */
  private static boolean isWatched(String id) {
    return id.chars().filter(letter -> letter == '/').count() == 1;
  }

  private void again(String name) {
    CheckStatus old = before.get(name);
    Optional.ofNullable(seen.metrics().get(name))
        .ifPresent(state -> measured(name, state, old.max(), old.min()));
    Optional.ofNullable(seen.probes().get(name))
        .ifPresent(state -> probed(name, Optional.of(state)));
  }

  private void metric(MetricRequest request) {
    measured(
        request.id(),
        seen.metrics().getOrDefault(request.id(), MetricState.NONE),
        boxed(request.limits().most()),
        boxed(request.limits().least()));
  }

  private static Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private void measured(String name, MetricState state, Double max, Double min) {
    CheckState how = stateOf(state);
    checks.put(
        name,
        new CheckStatus(
            name,
            how,
            since(name, how),
            state.last().map(CheckReport::measurement).orElse(null),
            state.worst().map(CheckReport::measurement).orElse(null),
            max,
            min,
            state.breaches() == 0 ? null : state.breaches(),
            state.gap().map(gap -> Messages.shortened(gap.message(), MESSAGE)).orElse(null)));
  }

  private static CheckState stateOf(MetricState state) {
    if (state.gap().isPresent()) {
      return state.gap().get().kind() == Gap.Kind.NO_DATA
          ? CheckState.NO_DATA
          : CheckState.UNAVAILABLE;
    }
    if (state.last().isEmpty()) {
      return CheckState.PENDING;
    }
    return state.breaches() == 0 ? CheckState.GOOD : CheckState.BAD;
  }

  private static Measurement measurement(Reading reading) {
    return new Measurement(reading.value(), boxed(reading.samples()), reading.at());
  }

  private void probe(ProbeRequest request) {
    probed(request.id(), Optional.ofNullable(seen.probes().get(request.id())));
  }

  private void probed(String name, Optional<ProbeState> state) {
    int failures = state.map(ProbeState::failures).orElse(0);
    CheckState how =
        state.isEmpty() ? CheckState.PENDING : failures == 0 ? CheckState.GOOD : CheckState.BAD;
    checks.put(
        name,
        new CheckStatus(
            name,
            how,
            since(name, how),
            null,
            null,
            null,
            null,
            failures == 0 ? null : failures,
            failures == 0 ? null : Messages.shortened(state.orElseThrow().message(), MESSAGE)));
  }

  private Instant since(String name, CheckState how) {
    return Optional.ofNullable(before.get(name))
        .filter(old -> old.state() == how)
        .map(CheckStatus::since)
        .orElse(now);
  }

  private boolean isNews() {
    return checks.values().stream()
        .anyMatch(
            check ->
                !before.containsKey(check.name())
                    || !Objects.equals(before.get(check.name()).state(), check.state()));
  }

  /** Of too many, what is not good stays, and then what is watched now. */
  private List<CheckStatus> bounded() {
    int most = most(seen.services().size() + seen.unseen().size());
    if (checks.size() <= most) {
      return List.copyOf(checks.values());
    }
    Comparator<CheckStatus> urgency =
        Comparator.comparing((CheckStatus check) -> check.state() == CheckState.GOOD)
            .thenComparing(check -> !isSeen(check.name()));
    List<String> kept =
        checks.values().stream().sorted(urgency).limit(most).map(CheckStatus::name).toList();
    return checks.values().stream().filter(check -> kept.contains(check.name())).toList();
  }

  private boolean isSeen(String name) {
    return standings.contains(name)
        || Stream.of(seen.metrics(), seen.probes()).anyMatch(known -> known.containsKey(name));
  }
}
