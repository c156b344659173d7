package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.function.Supplier;

/** What the API server's answers to a write mean for a decision. */
final class ApiFailures {

  private static final int UNPROCESSABLE = 422;

  private ApiFailures() {}

  /**
   * Makes a write.
   *
   * @throws ConflictException if the object is not as it was seen (409, or 404)
   * @throws RejectedException if the server would refuse it again (400, 403, 422)
   * @throws KubernetesClientException for everything else, which heals by itself
   */
  static <R> R translating(HasMetadata object, Supplier<R> write) {
    try {
      return write.get();
    } catch (KubernetesClientException e) {
      throw translated(object, e);
    }
  }

  /** What an answer means; for the caller to throw. */
  static RuntimeException translated(HasMetadata object, KubernetesClientException e) {
    String name = object.getKind() + " " + object.getMetadata().getName();
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND ->
          new ConflictException(name + ": " + said(e), e);
      case HttpURLConnection.HTTP_BAD_REQUEST, HttpURLConnection.HTTP_FORBIDDEN, UNPROCESSABLE ->
          new RejectedException(name + ": " + said(e), e);
      default -> e;
    };
  }

  /** The message of the API server; the client's own has the URL and the whole status in it. */
  private static String said(KubernetesClientException e) {
    return Optional.ofNullable(e.getStatus())
        .map(status -> status.getMessage())
        .orElse(String.valueOf(e.getMessage()));
  }
}
