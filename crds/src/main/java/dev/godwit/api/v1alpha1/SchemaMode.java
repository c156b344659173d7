package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far a SchemaMigration goes. */
public enum SchemaMode {
  /** It runs what it has planned. */
  @JsonProperty("Run")
  RUN,
  /** It says what it would run, and writes nothing into the database. */
  @JsonProperty("PlanOnly")
  PLAN_ONLY,
  /** It waits until a Migration that names it wants it, and stands by until that has ended. */
  @JsonProperty("Staged")
  STAGED
}
