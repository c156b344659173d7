package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;

/** Objects of which nothing is said but which one they are, and which version of it was seen. */
final class BareObjects {

  private BareObjects() {}

  /** One for the object that was seen. */
  @SuppressWarnings("unchecked") // the class of an object is the class of its kind
  static <R extends CustomResource<?, ?>> R like(R seen) {
    try {
      R bare = (R) seen.getClass().getConstructor().newInstance();
      bare.setMetadata(identity(seen.getMetadata()));
      return bare;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("each kind has a constructor without parameters", e);
    }
  }

  private static ObjectMeta identity(ObjectMeta seen) {
    return new ObjectMetaBuilder()
        .withName(seen.getName())
        .withNamespace(seen.getNamespace())
        .withUid(seen.getUid())
        .withResourceVersion(seen.getResourceVersion())
        .build();
  }
}
