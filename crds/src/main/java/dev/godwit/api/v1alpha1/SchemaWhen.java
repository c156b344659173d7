package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a Migration runs a SchemaMigration. */
public enum SchemaWhen {
  /** Before any new pod is made. */
  @JsonProperty("BeforeDeploy")
  BEFORE_DEPLOY,
  /** When the old version is gone. */
  @JsonProperty("AfterCleanup")
  AFTER_CLEANUP
}
