package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import java.util.Map;

/**
 * Asks pods, once a request. Results live in memory: after a restart a check that had not been
 * heard of is simply asked again.
 */
public interface Checks {

  /**
   * Begins a check, unless one of that id was begun already; the migration is woken when it ends.
   */
  void run(Migration migration, CheckRequest request);

  /** The results of the checks of a migration that have ended, by id. */
  Map<String, CheckResult> results(Migration migration);

  /** Ends the checks of a migration and forgets their results. */
  void forget(Migration migration);
}
