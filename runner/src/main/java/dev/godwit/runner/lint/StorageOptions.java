package dev.godwit.runner.lint;

import java.util.Set;

/** Storage parameters of tables and indexes. */
final class StorageOptions {

  private static final Set<String> LIGHT =
      Set.of(
          "fillfactor",
          "toast_tuple_target",
          "parallel_workers",
          "vacuum_index_cleanup",
          "vacuum_truncate",
          "vacuum_max_eager_freeze_failure_rate",
          "log_autovacuum_min_duration",
          "toast",
          "deduplicate_items",
          "pages_per_range",
          "autosummarize");

  private StorageOptions() {}

  /** Whether it can be set while others read and write: those of which it is not known can't. */
  static boolean isLight(String option) {
    return LIGHT.contains(option) || option.startsWith("autovacuum_");
  }
}
