package dev.godwit.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

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
   * A strategic merge patch (lists merge by the keys that the API server knows) on the object as it
   * was seen; fails as a conflict when the object has changed since.
   *
   * @param change the patch without {@code metadata.resourceVersion}, which the executor adds
   */
  record StrategicPatch(HasMetadata seen, JsonNode change) implements Action {}

  /**
   * Puts values in the place of what is there, whole, in the object as it was seen; fails as a
   * conflict when the object has changed since.
   *
   * @param values by JSON pointer (RFC 6901), as {@code /spec/template}; each must be there
   */
  record Replace(HasMetadata seen, Map<String, JsonNode> values) implements Action {

    /** Copies the map. */
    public Replace {
      values = Map.copyOf(values);
    }
  }

  /** Asks pods a question; the answer is in {@link Observation#checks} once there is one. */
  record RunCheck(CheckRequest request) implements Action {}
}
