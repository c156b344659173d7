package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import java.util.Optional;

/** Where metrics are asked for. */
public interface MetricProvider {

  /** Asks once; what goes wrong is an answer, too. */
  Measured measure(MetricRequest request) throws InterruptedException;

  /** Why a URL may not be asked, in words; empty where it may. */
  Optional<String> refusal(String url);
}
