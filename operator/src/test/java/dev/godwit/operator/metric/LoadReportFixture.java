package dev.godwit.operator.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.PairResult;
import dev.godwit.contract.load.SideResult;
import dev.godwit.contract.load.SliceResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The report of a load in which blue and green were the same, unless a method says otherwise. */
public final class LoadReportFixture {

  private final LoadPlan plan;
  private final Instant started;
  private double slower = 1;
  private double fewer = 1;
  private double noise;
  private boolean saturated;

  private LoadReportFixture(LoadPlan plan, Instant started) {
    this.plan = plan;
    this.started = started;
  }

  /** Of that plan, which began then: every answer after 20 ms, and none failed. */
  public static LoadReportFixture of(LoadPlan plan, Instant started) {
    return new LoadReportFixture(plan, started);
  }

  /** Green's answers take so many times as long. */
  public LoadReportFixture slower(double times) {
    slower = times;
    return this;
  }

  /** Green answers so many times as many. */
  public LoadReportFixture answering(double times) {
    fewer = times;
    return this;
  }

  /** Every other turn of blue takes so much longer, and every other so much less: a ratio. */
  public LoadReportFixture noisy(double ratio) {
    noise = ratio;
    return this;
  }

  /** The generator could not keep up. */
  public LoadReportFixture saturated() {
    saturated = true;
    return this;
  }

  /** As the runner writes it. */
  public String json() {
    try {
      return new ObjectMapper().writeValueAsString(report());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The report. */
  public LoadReport report() {
    List<PairResult> pairs = new ArrayList<>();
    for (int pair = 0; pair < plan.pairs(); pair++) {
      double swing = pair % 2 == 0 ? 1 + noise : 1 - noise;
      boolean blueFirst = pair % 2 == 0;
      long at = 2L * pair * plan.sliceMillis();
      long blueAt = blueFirst ? at : at + plan.sliceMillis();
      long greenAt = blueFirst ? at + plan.sliceMillis() : at;
      pairs.add(new PairResult(slice(blueAt, swing, 1), slice(greenAt, slower, fewer)));
    }
    SideResult side = new SideResult(0, 0, Map.of(), Map.of(), 0, List.of());
    return new LoadReport.Measured(
        started.toEpochMilli(),
        plan.requestsPerSlice(),
        plan.quantiles(),
        side,
        side,
        pairs,
        new LoadReport.Spread(null, List.of()),
        new LoadReport.GeneratorResult(List.of(), saturated, 0));
  }

  private SliceResult slice(long at, double times, double share) {
    long sent = plan.requestsPerSlice();
    return new SliceResult(
        at,
        plan.sliceMillis(),
        sent,
        0,
        Map.of(),
        plan.rate() * share,
        Collections.nCopies(plan.quantiles().size(), Math.round(20_000 * times)));
  }
}
