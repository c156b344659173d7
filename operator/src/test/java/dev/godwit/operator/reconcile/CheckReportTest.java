package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.godwit.api.v1alpha1.CheckState;
import dev.godwit.api.v1alpha1.CheckStatus;
import dev.godwit.api.v1alpha1.TcpCheck;
import dev.godwit.operator.plan.AnswerLimits;
import dev.godwit.operator.plan.Answers;
import dev.godwit.operator.plan.Decision;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.MetricState.Gap;
import dev.godwit.operator.plan.MetricState.Reading;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.Question;
import dev.godwit.operator.plan.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CheckReportTest {

  private static final Instant FIRST = Plans.START;
  private static final Instant LATER = FIRST.plusSeconds(60);
  private static final String ERRORS = "orders/errorRate";

  private final Journal journal = Plans.begin(Plans.plan());
  private final Map<String, MetricState> metrics = new HashMap<>();
  private final Map<String, ProbeState> probes = new HashMap<>();
  private final List<Standing> standings = new ArrayList<>();

  private static MetricRequest request(String id) {
    return new MetricRequest(
        id,
        "http://prometheus:9090",
        "query",
        Optional.empty(),
        100,
        new Limits(OptionalDouble.empty(), OptionalDouble.of(0.01)),
        Duration.ofSeconds(5),
        2);
  }

  private static ProbeRequest probe(String id) {
    return new ProbeRequest(
        id,
        new Question.Tcp(new TcpCheck(8080)),
        List.of("10.0.0.1"),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        3,
        AnswerLimits.NONE,
        Optional.empty());
  }

  private Decision wanting(List<MetricRequest> wanted, List<ProbeRequest> asked) {
    return new Decision(journal, List.of(), asked, wanted, standings, Optional.empty());
  }

  private List<CheckStatus> report(
      List<CheckStatus> before, Decision decision, boolean isDecision, Instant now) {
    Observation seen =
        new Observation(
            Map.of(),
            Map.of(),
            Map.of(),
            probes,
            metrics,
            Map.of(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            Set.of(),
            Map.of());
    return CheckReport.of(before, decision, seen, isDecision, now);
  }

  private static MetricState value(double last, double worst, int breaches, Instant at) {
    return new MetricState(
        breaches,
        Optional.of(new Reading(last, OptionalDouble.of(500), at)),
        Optional.of(new Reading(worst, OptionalDouble.of(400), FIRST)),
        Optional.empty());
  }

  @Test
  void whatIsWatchedIsPendingUntilItIsKnown() {
    List<CheckStatus> checks =
        report(
            null, wanting(List.of(request(ERRORS)), List.of(probe("orders/ready"))), true, FIRST);

    assertThat(checks)
        .extracting(CheckStatus::name, CheckStatus::state)
        .containsExactly(
            tuple(ERRORS, CheckState.PENDING), tuple("orders/ready", CheckState.PENDING));
  }

  @Test
  void aValueIsReportedWithItsLimitsItsSamplesAndTheWorst() {
    metrics.put(ERRORS, value(0.005, 0.009, 0, LATER));

    CheckStatus check =
        report(null, wanting(List.of(request(ERRORS)), List.of()), true, LATER).getFirst();

    assertThat(check.state()).isEqualTo(CheckState.GOOD);
    assertThat(check.last()).isEqualTo(new CheckStatus.Measurement(0.005, 500.0, LATER));
    assertThat(check.worst()).isEqualTo(new CheckStatus.Measurement(0.009, 400.0, FIRST));
    assertThat(check.max()).isEqualTo(0.01);
    assertThat(check.min()).isNull();
    assertThat(check.failures()).isNull();
  }

  @Test
  void anotherValueAloneIsNotWorthAWriteAndAnotherStateIs() {
    Decision decision = wanting(List.of(request(ERRORS)), List.of());
    metrics.put(ERRORS, value(0.005, 0.005, 0, FIRST));
    List<CheckStatus> first = report(null, decision, true, FIRST);

    metrics.put(ERRORS, value(0.006, 0.006, 0, LATER));
    assertThat(report(first, decision, false, LATER)).isEqualTo(first);

    metrics.put(ERRORS, value(0.02, 0.02, 1, LATER));
    CheckStatus bad = report(first, decision, false, LATER).getFirst();
    assertThat(bad.state()).isEqualTo(CheckState.BAD);
    assertThat(bad.since()).isEqualTo(LATER);
    assertThat(bad.last().value()).isEqualTo(0.02);
    assertThat(bad.failures()).isEqualTo(1);
  }

  @Test
  void whatIsDecidedFromIsReportedThoughTheDecisionWatchesNothingAnyMore() {
    metrics.put(ERRORS, value(0.005, 0.005, 0, FIRST));
    List<CheckStatus> first =
        report(null, wanting(List.of(request(ERRORS)), List.of()), true, FIRST);

    metrics.put(ERRORS, value(0.03, 0.04, 2, LATER));
    CheckStatus last = report(first, wanting(List.of(), List.of()), true, LATER).getFirst();

    assertThat(last.last().value()).isEqualTo(0.03);
    assertThat(last.failures()).isEqualTo(2);
    assertThat(last.max()).isEqualTo(0.01);
    metrics.clear();
    assertThat(report(List.of(last), wanting(List.of(), List.of()), true, LATER.plusSeconds(9)))
        .containsExactly(last);
  }

  @Test
  void aWantOfDataAndAProviderThatIsAwayAreToldApart() {
    metrics.put(ERRORS, gap(Gap.Kind.NO_DATA, "only 3 samples"));
    metrics.put("orders/cpu", gap(Gap.Kind.PROVIDER_ERROR, "connection refused"));

    List<CheckStatus> checks =
        report(
            null, wanting(List.of(request(ERRORS), request("orders/cpu")), List.of()), true, FIRST);

    assertThat(checks)
        .extracting(CheckStatus::state)
        .containsExactly(CheckState.NO_DATA, CheckState.UNAVAILABLE);
    assertThat(checks.get(1).message()).isEqualTo("connection refused");
  }

  private static MetricState gap(Gap.Kind kind, String message) {
    return new MetricState(
        0, Optional.empty(), Optional.empty(), Optional.of(new Gap(kind, FIRST, message)));
  }

  @Test
  void aProbeThatFailsSaysHowOftenAndWhy() {
    probes.put("orders/ready", new ProbeState(Instant.EPOCH, 2, "answers 503", Answers.NONE));

    CheckStatus check =
        report(null, wanting(List.of(), List.of(probe("orders/ready"))), true, FIRST).getFirst();

    assertThat(check.state()).isEqualTo(CheckState.BAD);
    assertThat(check.failures()).isEqualTo(2);
    assertThat(check.message()).isEqualTo("answers 503");
  }

  @Test
  void theOldVersionsBaselineIsNoCheck() {
    assertThat(
            report(null, wanting(List.of(request(ERRORS + "/baseline")), List.of()), true, FIRST))
        .isEmpty();
  }

  @Test
  void ofTooManyThoseThatAreNotGoodStay() {
    List<MetricRequest> many =
        IntStream.range(0, 100).mapToObj(index -> request("s" + index + "/errorRate")).toList();
    many.forEach(request -> metrics.put(request.id(), value(0.001, 0.001, 0, FIRST)));
    metrics.put("s99/errorRate", value(0.5, 0.5, 1, FIRST));

    List<CheckStatus> checks = report(null, wanting(many, List.of()), true, FIRST);

    assertThat(checks).hasSize(CheckReport.most(1));
    assertThat(checks).extracting(CheckStatus::name).contains("s99/errorRate", "s0/errorRate");
  }

  @Test
  void whatHoldsInADatabaseIsReportedAndStaysWithWhatTurnedTheMigrationRound() {
    standings.add(new Standing("orders/totals", Standing.State.UNKNOWN, "no answer"));
    List<CheckStatus> first = report(List.of(), wanting(List.of(), List.of()), true, FIRST);
    assertThat(first)
        .extracting(CheckStatus::name, CheckStatus::state, CheckStatus::since, CheckStatus::message)
        .containsExactly(tuple("orders/totals", CheckState.UNAVAILABLE, FIRST, "no answer"));

    standings.set(0, new Standing("orders/totals", Standing.State.BAD, "bad: false"));
    List<CheckStatus> second = report(first, wanting(List.of(), List.of()), false, LATER);
    assertThat(second)
        .as("another state is news")
        .extracting(CheckStatus::state)
        .containsExactly(CheckState.BAD);

    standings.clear();
    List<CheckStatus> last = report(second, wanting(List.of(), List.of()), true, LATER);
    assertThat(last)
        .extracting(CheckStatus::state, CheckStatus::since, CheckStatus::message)
        .containsExactly(tuple(CheckState.BAD, LATER, "bad: false"));
  }
}
