package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Which of two versions of an object is the newer one.
 *
 * <p>Resource versions are decimal numbers that grow; since Kubernetes 1.35 that is a promise of
 * the API, before it was so in fact.
 */
public final class ResourceVersions {

  private ResourceVersions() {}

  /** Whether one version of an object is newer than another version of the same object. */
  public static boolean isNewer(HasMetadata one, HasMetadata other) {
    String left = one.getMetadata().getResourceVersion();
    String right = other.getMetadata().getResourceVersion();
    return left.length() == right.length()
        ? left.compareTo(right) > 0
        : left.length() > right.length();
  }
}
