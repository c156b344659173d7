package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures again and again for as long as decisions want it, and remembers how that stands. */
public interface Metrics {

  /** Measures these from now on for a migration of any kind, and no others any more. */
  void want(HasMetadata migration, List<MetricRequest> requests);

  /** Why a provider may not be asked, in words; empty where it may. */
  Optional<String> refusal(String url);

  /** How the metrics of a migration stand, by id; those that were not measured yet are missing. */
  Map<String, MetricState> states(HasMetadata migration);
}
