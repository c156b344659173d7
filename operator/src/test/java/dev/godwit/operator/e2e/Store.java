package dev.godwit.operator.e2e;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The store of {@code examples/in-place}: three members of a StatefulSet, each with data on a
 * volume of its own, behind one Service.
 */
final class Store {

  static final String NAME = "store";
  static final int MEMBERS = 3;

  private static final String FOLDER = "examples/in-place/";

  private final String namespace;

  private Store(String namespace) {
    this.namespace = namespace;
  }

  /** Deploys version 1 and waits until all members are ready. */
  static Store deployed(String namespace) {
    return deployed(namespace, UnaryOperator.identity());
  }

  /** The same with claims of a storage class. */
  static Store deployedOn(String storageClass, String namespace) {
    return deployed(
        namespace,
        storageClass,
        manifests ->
            manifests.replaceAll(
                "(?m)^( *)accessModes:",
                "$1storageClassName: " + storageClass + "\n$1accessModes:"));
  }

  /** The same with other manifests. */
  static Store deployed(String namespace, UnaryOperator<String> manifests) {
    return deployed(namespace, "", manifests);
  }

  private static Store deployed(
      String namespace, String storageClass, UnaryOperator<String> manifests) {
    Store store = new Store(namespace);
    store.makeVolumes(storageClass);
    // A starved machine answers late; that is no word about a member.
    String patient =
        text("application.yaml")
            .replaceAll("(?m)^( *)periodSeconds: 2$", "$0\n$1timeoutSeconds: 5");
    objects(manifests.apply(patient))
        .forEach(one -> LocalCluster.CLIENT.resource(one).inNamespace(namespace).create());
    Eventually.until(store.handle(), "StatefulSet store to be ready", Store::isReady);
    return store;
  }

  /** The migration of the example, changed as a test wants it. */
  Run start(UnaryOperator<String> changes) {
    objects(changes.apply(text("migration.yaml")))
        .forEach(one -> LocalCluster.CLIENT.resource(one).inNamespace(namespace).create());
    return new Run(namespace, "store-2-0-0");
  }

  private static String text(String file) {
    try {
      return Files.readString(LocalCluster.PROJECT.resolve(FOLDER + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<HasMetadata> objects(String manifests) {
    return LocalCluster.CLIENT
        .load(new java.io.ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
        .items();
  }

  private void makeVolumes(String storageClass) {
    List<String> claims = new ArrayList<>(List.of("store-backups"));
    members().forEach(member -> claims.add("data-" + member));
    LocalVolumes.make(namespace, storageClass, claims);
  }

  /** Names of the pods. */
  static List<String> members() {
    return IntStream.range(0, MEMBERS).mapToObj(ordinal -> NAME + "-" + ordinal).toList();
  }

  RollableScalableResource<StatefulSet> handle() {
    return LocalCluster.CLIENT.apps().statefulSets().inNamespace(namespace).withName(NAME);
  }

  private static boolean isReady(StatefulSet set) {
    return set != null
        && set.getStatus() != null
        && Integer.valueOf(MEMBERS).equals(set.getStatus().getAvailableReplicas());
  }

  /** Has a member keep something. */
  void keep(String member, String data) {
    LocalCluster.CLIENT.raw(proxy(member) + "/store", "POST", data);
  }

  /** Whether a member has it. */
  boolean has(String member, String data) {
    try {
      return data.equals(LocalCluster.CLIENT.raw(proxy(member) + "/store/" + hash(data)));
    } catch (KubernetesClientException e) {
      // Podinfo's answer where there is no such file.
      if (e.getCode() != 500 && e.getCode() != 404) {
        throw e;
      }
      return false;
    }
  }

  private String proxy(String member) {
    return "/api/v1/namespaces/" + namespace + "/pods/" + member + ":9898/proxy";
  }

  private static String hash(String data) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-1").digest(data.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  Pod pod(String member) {
    return LocalCluster.CLIENT.pods().inNamespace(namespace).withName(member).get();
  }

  String image(String member) {
    return pod(member).getSpec().getContainers().getFirst().getImage();
  }
}
