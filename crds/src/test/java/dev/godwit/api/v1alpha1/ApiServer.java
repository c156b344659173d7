package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real API server, and on it the generated definitions of all kinds under names of their own:
 * what is tested is what the types say now, whichever version is installed, and no operator acts on
 * what the tests create.
 *
 * <p>The server is the one of {@code KUBECONFIG}, else the local cluster.
 */
final class ApiServer implements AutoCloseable {

  private static final Path LOCAL = Path.of("../.cluster/kubeconfig");
  private static final String KIND = "ApiTest";
  private static final String PLURAL = "apitest";

  /** What the server adds where an object has not even the right shape. */
  private static final String UNCHECKED = "some validation rules were not checked";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final String namespace = "api-test-" + UUID.randomUUID().toString().substring(0, 8);
  private final String group = namespace + "." + Migration.GROUP;

  /** What the server answers. */
  sealed interface Answer {

    /** It took the object and made this of it. */
    record Accepted(JsonNode object) implements Answer {}

    /** It refused it. */
    record Refused(String message, List<Cause> causes) implements Answer {}
  }

  /** One thing that is wrong with an object. */
  record Cause(String field, String message) {}

  private ApiServer() {
    client = new KubernetesClientBuilder().withConfig(config()).build();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    List<CustomResourceDefinition> definitions =
        Manifests.definitions().stream().map(this::underTestName).toList();
    definitions.forEach(crd -> client.resource(crd).create());
    definitions.forEach(this::awaitServed);
  }

  private void awaitServed(CustomResourceDefinition definition) {
    client
        .resource(definition)
        .waitUntilCondition(
            crd ->
                crd != null
                    && crd.getStatus() != null
                    && crd.getStatus().getConditions().stream()
                        .anyMatch(
                            condition ->
                                condition.getType().equals("Established")
                                    && condition.getStatus().equals("True")),
            30,
            TimeUnit.SECONDS);
    awaitServed(definition.getSpec().getNames().getPlural());
  }

  private static Config config() {
    Config config =
        System.getenv("KUBECONFIG") == null && Files.isReadable(LOCAL)
            ? Config.fromKubeconfig(LOCAL.toFile())
            : Config.autoConfigure(null);
    if (config.getClientKeyData() != null && isElliptic(config.getClientKeyData())) {
      config.setClientKeyAlgo("EC"); // the client takes a PKCS #8 key for one of RSA
    }
    config.setRequestTimeout(60_000);
    return config;
  }

  /** Whether a PKCS #8 key in PEM, all of it in Base64, is one on an elliptic curve. */
  private static boolean isElliptic(String keyData) {
    String pem = new String(Base64.getDecoder().decode(keyData), StandardCharsets.US_ASCII);
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]*-----", ""));
    try {
      KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private CustomResourceDefinition underTestName(CustomResourceDefinition crd) {
    String plural = PLURAL + crd.getSpec().getNames().getPlural();
    crd.getMetadata().setName(plural + "." + group);
    crd.getSpec().setGroup(group);
    crd.getSpec().getNames().setKind(KIND + crd.getSpec().getNames().getKind());
    crd.getSpec().getNames().setPlural(plural);
    crd.getSpec().getNames().setSingular(null);
    crd.getSpec().getNames().setShortNames(List.of());
    return crd;
  }

  /** Established is said a moment before every request is served. */
  private void awaitServed(String plural) {
    for (int attempt = 0; ; attempt++) {
      try {
        client.raw(collection(plural));
        return;
      } catch (KubernetesClientException e) {
        if (attempt == 100) {
          throw e;
        }
      }
    }
  }

  private String collection(String plural) {
    return "/apis/%s/%s/namespaces/%s/%s".formatted(group, Migration.VERSION, namespace, plural);
  }

  /** Of a document that may have the name of its kind under test already. */
  private String collection(JsonNode document) {
    String kind = document.at("/kind").asText().replaceFirst("^" + KIND, "");
    return collection(PLURAL + Pluralize.toPlural(kind.toLowerCase(Locale.ROOT)));
  }

  /** What a strict server would say to a new object of one of our kinds; nothing is created. */
  Answer dryRun(JsonNode document) {
    return send(
        "POST",
        collection(document) + "?dryRun=All&fieldValidation=Strict",
        underTestName(document));
  }

  /** Creates an object of one of our kinds. */
  Answer create(JsonNode document) {
    return send("POST", collection(document) + "?fieldValidation=Strict", underTestName(document));
  }

  /** Replaces an object by one with the same resourceVersion. */
  Answer replace(JsonNode document) {
    return send("PUT", path(document) + "?fieldValidation=Strict", document);
  }

  /** Replaces the status of an object. */
  Answer replaceStatus(JsonNode document) {
    return send("PUT", path(document) + "/status?fieldValidation=Strict", document);
  }

  /** What a strict server would say to a new object of a built-in kind. */
  Answer dryRunBuiltIn(JsonNode object) {
    String apiVersion = object.at("/apiVersion").asText();
    String path =
        "%s/%s/namespaces/%s/%ss?dryRun=All&fieldValidation=Strict"
            .formatted(
                apiVersion.contains("/") ? "/apis" : "/api",
                apiVersion,
                namespace,
                object.at("/kind").asText().toLowerCase(Locale.ROOT));
    return send("POST", path, object);
  }

  private String path(JsonNode document) {
    return collection(document) + "/" + document.at("/metadata/name").asText();
  }

  private ObjectNode underTestName(JsonNode document) {
    ObjectNode copy = document.deepCopy();
    copy.put("apiVersion", group + "/" + Migration.VERSION);
    copy.put("kind", KIND + document.at("/kind").asText());
    return copy;
  }

  private Answer send(String method, String path, JsonNode object) {
    try {
      return new Answer.Accepted(JSON.readTree(client.raw(path, method, object)));
    } catch (KubernetesClientException e) {
      if (e.getStatus() == null) {
        throw e; // No answer at all.
      }
      return refused(e.getStatus());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the API server does not answer in JSON", e);
    }
  }

  private static Answer refused(Status status) {
    List<StatusCause> causes =
        status.getDetails() == null ? List.of() : status.getDetails().getCauses();
    return new Answer.Refused(
        status.getMessage(),
        causes.stream()
            .map(cause -> new Cause(cause.getField(), cause.getMessage()))
            .filter(cause -> !cause.message().contains(UNCHECKED))
            .toList());
  }

  @Override
  public void close() {
    Manifests.definitions().stream()
        .map(this::underTestName)
        .forEach(crd -> client.resource(crd).withTimeout(30, TimeUnit.SECONDS).delete());
    client.namespaces().withName(namespace).delete();
    client.close();
  }

  /** Hands one server to all tests of a run. */
  static final class Shared implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == ApiServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(ApiServer.class))
          .computeIfAbsent(ApiServer.class, _ -> new ApiServer(), ApiServer.class);
    }
  }
}
