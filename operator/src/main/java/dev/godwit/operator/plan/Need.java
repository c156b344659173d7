package dev.godwit.operator.plan;

/**
 * What a step must be shown beyond what is always observed. These are read from the API server
 * rather than watched, so they are read only for the steps that are next.
 */
public enum Need {
  /** {@link ServiceView#newTemplate}, while there is no green. */
  NEW_TEMPLATE,
  /** {@link ServiceView#originals} and {@link ServiceView#twins}. */
  TWINS,
  /** {@link ServiceView#autoscaler}. */
  AUTOSCALER,
  /** {@link ServiceView#peers}. */
  PEERS,
  /** {@link ServiceView#rotation}. */
  ROTATION,
  /** {@link ServiceView#digests}. */
  DIGESTS,
  /** {@link ServiceView#members} of a service that is not upgraded in place. */
  ORIGINAL_PODS,
  /** {@link Observation#schemas} that the migration does not hold. */
  SCHEMAS,
  /** {@link JobView#end}. */
  JOB_ENDS
}
