package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a failure of a SchemaMigration leads to. */
public enum SchemaOnFailure {
  /** The versions of the run are taken back by their down. */
  @JsonProperty("Rollback")
  ROLLBACK,
  /** It stops where it is. */
  @JsonProperty("Pause")
  PAUSE,
  /** The dump is restored that was made before; nobody else can use the database from then on. */
  @JsonProperty("Restore")
  RESTORE
}
