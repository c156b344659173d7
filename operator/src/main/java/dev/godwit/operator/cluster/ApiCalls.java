package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Tells every call that is made to the API server, by verb and resource. */
public final class ApiCalls implements Interceptor {

  /** Name under which it is put into a client. */
  public static final String NAME = "godwit-api-calls";

  private static final int NAMESPACED = 2;

  private final Counter counter;

  /** Counts calls. */
  @FunctionalInterface
  public interface Counter {

    /**
     * One call.
     *
     * @param verb as in RBAC: get, list, watch, create, update, patch, delete
     * @param resource plural, with its subresource, as {@code migrations/status}
     * @param outcome {@code ok}, {@code notfound}, {@code conflict}, {@code rejected} or {@code
     *     error}
     */
    void count(String verb, String resource, String outcome);
  }

  /** Tells it this counter. */
  public ApiCalls(Counter counter) {
    this.counter = counter;
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    count(request, outcome(response.code()));
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    count(request, "error");
  }

  private void count(HttpRequest request, String outcome) {
    Call.of(request.method(), request.uri())
        .ifPresent(call -> counter.count(call.verb(), call.resource(), outcome));
  }

  private static String outcome(int code) {
    if (code < 400) {
      return "ok";
    }
    if (code == 404 || code == 409) {
      return code == 409 ? "conflict" : "notfound";
    }
    return code < 500 && code != 429 ? "rejected" : "error";
  }

  /** A call by verb and resource, read from its address. */
  record Call(String verb, String resource) {

    static Optional<Call> of(String method, URI uri) {
      List<String> path = List.of(uri.getPath().replaceFirst("^/", "").split("/"));
      int group = path.getFirst().equals("api") ? 2 : 3;
      boolean known = path.getFirst().equals("api") || path.getFirst().equals("apis");
      if (!known || path.size() <= group) {
        return Optional.empty();
      }
      List<String> rest = path.subList(group, path.size());
      if (rest.getFirst().equals("namespaces") && rest.size() > NAMESPACED) {
        rest = rest.subList(NAMESPACED, rest.size());
      }
      boolean named = rest.size() > 1;
      String resource = rest.size() > 2 ? rest.getFirst() + "/" + rest.get(2) : rest.getFirst();
      return Optional.of(new Call(verb(method, named, uri), resource));
    }

    private static String verb(String method, boolean named, URI uri) {
      String query = Optional.ofNullable(uri.getQuery()).orElse("");
      return switch (method) {
        case "POST" -> "create";
        case "PUT" -> "update";
        case "PATCH" -> "patch";
        case "DELETE" -> "delete";
        default -> {
          if (query.contains("watch=true")) {
            yield "watch";
          }
          yield named ? "get" : "list";
        }
      };
    }
  }
}
