package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What has gates that people answer. */
public enum MigrationKind {
  /** A {@link dev.godwit.api.v1alpha1.Migration}. */
  @JsonProperty("Migration")
  MIGRATION("Migration"),
  /** A {@link dev.godwit.api.v1alpha1.SchemaMigration}. */
  @JsonProperty("SchemaMigration")
  SCHEMA_MIGRATION("SchemaMigration");

  private final String kind;

  MigrationKind(String kind) {
    this.kind = kind;
  }

  /** As {@code kind} says it in an object. */
  public String kind() {
    return kind;
  }
}
