package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Asks the API server what the operator may do, and remembers a yes for a while. */
final class Permissions {

  /** A no is asked again each time: it is what the user is about to mend. */
  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  private final KubernetesClient client;
  private final InstantSource clock;
  private final Map<Key, Instant> granted = new ConcurrentHashMap<>();

  private record Key(Permission permission, String namespace) {}

  Permissions(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  boolean has(Permission permission, String namespace) {
    Key key = new Key(permission, namespace);
    Instant until = granted.get(key);
    if (until != null && clock.instant().isBefore(until)) {
      return true;
    }
    boolean allowed = ask(permission, namespace);
    if (allowed) {
      granted.put(key, clock.instant().plus(REMEMBERED));
    } else {
      granted.remove(key);
    }
    return allowed;
  }

  private boolean ask(Permission permission, String namespace) {
    String[] resource = permission.resource().split("/", 2);
    SelfSubjectAccessReview review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withVerb(permission.verb())
            .withGroup(permission.group())
            .withResource(resource[0])
            .withSubresource(resource.length > 1 ? resource[1] : null)
            .endResourceAttributes()
            .endSpec()
            .build();
    SelfSubjectAccessReview answer = client.resource(review).create();
    return answer.getStatus() != null && Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }
}
