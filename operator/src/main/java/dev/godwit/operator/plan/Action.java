package dev.godwit.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;

/** One idempotent write (or one question to pods) that a step asks for. */
public sealed interface Action {

  /** Creates an object; fails as a conflict where one of that name exists. */
  record Create(HasMetadata object) implements Action {}

  /** Deletes exactly the object that was seen (by UID); one that is gone already is fine. */
  record Delete(HasMetadata seen) implements Action {}

  /**
   * A JSON merge patch (RFC 7396) on the object as it was seen: it fails as a conflict when the
   * object has changed since.
   *
   * @param change the patch without {@code metadata.resourceVersion}, which the executor adds
   */
  record Patch(HasMetadata seen, JsonNode change) implements Action {}

  /**
   * A strategic merge patch on the pod template of a Deployment as it was seen; fails as a conflict
   * when the Deployment has changed since.
   */
  record PatchTemplate(Deployment seen, JsonNode change) implements Action {}

  /** Asks pods a question; the answer is in {@link Observation#checks} once there is one. */
  record RunCheck(CheckRequest request) implements Action {}
}
