package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;

/** Asks pods again and again. */
public interface Probes {

  /**
   * Makes these the probes of a migration of any kind: new ones begin, those not named end, and
   * those that are named again go on with their count of failures, whatever their addresses are
   * now.
   *
   * <p>The migration is woken when a count reaches the failures of its request, and when it falls
   * back to none from there.
   */
  void want(HasMetadata migration, List<ProbeRequest> requests);

  /** How the probes of a migration stand, by id; one that had no round yet is not in it. */
  Map<String, ProbeState> states(HasMetadata migration);
}
