package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

/**
 * Asks pods, once a request. Results live in memory: after a restart a check that had not been
 * heard of is simply asked again.
 */
public interface Checks {

  /**
   * Begins a check of a migration of any kind, unless one of that id was begun already; the
   * migration is woken when it ends.
   */
  void run(HasMetadata migration, CheckRequest request);

  /** The results of the checks of a migration that have ended, by id. */
  Map<String, CheckResult> results(HasMetadata migration);

  /** Ends the checks of a migration and forgets their results. */
  void forget(HasMetadata migration);
}
