package dev.godwit.operator.plan;

/**
 * Why something was decided: one word for the condition, the event, the log line and the metric.
 */
public enum Reason {
  /** A person set {@code spec.abort}. */
  ABORTED("Aborted"),
  /** The migration was deleted before it was complete. */
  DELETED("Deleted"),
  /** Something did not happen within its time. */
  DEADLINE_EXCEEDED("DeadlineExceeded"),
  /** The API server refused a write for good. */
  REJECTED("Rejected"),
  /** A check of green failed. */
  CHECK_FAILED("CheckFailed"),
  /** Green is worse than blue under the same load. */
  PERFORMANCE_DEGRADED("PerformanceDegraded"),
  /** It is not known how green compares with blue under the same load. */
  PERFORMANCE_UNKNOWN("PerformanceUnknown"),
  /** A probe of the pods that serve failed too often. */
  PROBE_FAILED("ProbeFailed"),
  /** A metric was out of its limits too often. */
  METRIC_OUT_OF_LIMITS("MetricOutOfLimits"),
  /** What must hold in a database does not. */
  DATA_INCONSISTENT("DataInconsistent"),
  /** A metric has no value, or one of too few samples. */
  NO_DATA("NoData"),
  /** The provider of metrics can't be asked. */
  PROVIDER_UNAVAILABLE("ProviderUnavailable"),
  /** Green's containers crash, its pods are lost, or its rollout failed. */
  PODS_UNHEALTHY("PodsUnhealthy"),
  /** Somebody else changed blue. */
  BLUE_CHANGED("BlueChanged"),
  /** Somebody else deleted blue. */
  BLUE_DELETED("BlueDeleted"),
  /** Somebody else changed a workload while it was upgraded in place. */
  WORKLOAD_CHANGED("WorkloadChanged"),
  /** Too few members would stay in rotation. */
  TOO_FEW_MEMBERS("TooFewMembers"),
  /** A database could not be backed up before it is changed. */
  BACKUP_FAILED("BackupFailed"),
  /** What is to be restored was not saved, or is gone. */
  BACKUP_MISSING("BackupMissing"),
  /** A Job that restores what was saved failed. */
  RESTORE_FAILED("RestoreFailed"),
  /** Somebody else changed green. */
  GREEN_CHANGED("GreenChanged"),
  /** Somebody else deleted green. */
  GREEN_DELETED("GreenDeleted"),
  /** Somebody else set the selector of a Service, again and again. */
  TRAFFIC_CONTESTED("TrafficContested"),
  /** Somebody else deleted a Service. */
  SERVICE_DELETED("ServiceDeleted"),
  /** Another migration holds the workload or a Service. */
  HELD_BY_ANOTHER("HeldByAnother"),
  /** A person said no at a gate. */
  APPROVAL_DENIED("ApprovalDenied"),
  /** Nobody answered a gate in time. */
  APPROVAL_TIMED_OUT("ApprovalTimedOut"),
  /** A window that the migration waits for does not come. */
  WINDOW_NEVER_OPENS("WindowNeverOpens"),
  /** A version of a schema could not be brought, or taken back. */
  VERSION_FAILED("VersionFailed"),
  /** A version of a schema ran, and what must hold afterwards does not. */
  VERIFY_FAILED("VerifyFailed"),
  /** A SchemaMigration that is a stage of the migration has failed. */
  SCHEMA_FAILED("SchemaFailed"),
  /** A SchemaMigration that is waited for goes on only when a person mends something. */
  SCHEMA_STALLED("SchemaStalled"),
  /** Somebody wants a SchemaMigration back that the migration stands on, or has deleted it. */
  SCHEMA_WITHDRAWN("SchemaWithdrawn"),
  /** The Migration that the SchemaMigration is a stage of goes back. */
  MIGRATION_WENT_BACK("MigrationWentBack"),
  /** The specification is not the one that the plan was made from. */
  SPEC_CHANGED("SpecChanged");

  private final String word;

  Reason(String word) {
    this.word = word;
  }

  /** The CamelCase word that users see. */
  public String word() {
    return word;
  }
}
