package dev.godwit.operator.e2e;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A user of the cluster with a client certificate of their own, signed by the cluster, who may do
 * nothing until they are given rights.
 */
final class Person implements AutoCloseable {

  private final String user;
  private final KubernetesClient client;

  private Person(String user, KubernetesClient client) {
    this.user = user;
    this.client = client;
  }

  /** A new user whose name begins like this. */
  static Person named(String name) {
    String user = name + "-" + UUID.randomUUID().toString().substring(0, 6);
    try {
      Path folder = Files.createTempDirectory("godwit-" + user);
      Path key = folder.resolve("key.pem");
      String request =
          openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + user, "-keyout")
              .apply(key.toString());
      Config base = LocalCluster.CLIENT.getConfiguration();
      Config own =
          new ConfigBuilder(Config.empty())
              .withMasterUrl(base.getMasterUrl())
              .withCaCertData(base.getCaCertData())
              .withCaCertFile(base.getCaCertFile())
              .withClientCertData(signed(user, request))
              .withClientKeyData(Base64.getEncoder().encodeToString(Files.readAllBytes(key)))
              .withClientKeyAlgo("RSA")
              .build();
      Files.delete(key);
      Files.delete(folder);
      return new Person(user, new KubernetesClientBuilder().withConfig(own).build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command of openssl that takes one more argument, and answers with what it prints. */
  private static UnaryOperator<String> openssl(String... arguments) {
    return last -> {
      List<String> command = new ArrayList<>(List.of("openssl"));
      command.addAll(List.of(arguments));
      command.add(last);
      try {
        Process process =
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
          throw new AssertionError(command + " failed");
        }
        return output;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    };
  }

  /** The certificate, as the API has it: PEM in base64. */
  private static String signed(String user, String request) {
    CertificateSigningRequest asked =
        new CertificateSigningRequestBuilder()
            .withNewMetadata()
            .withName("godwit-e2e-" + user)
            .endMetadata()
            .withNewSpec()
            .withRequest(
                Base64.getEncoder().encodeToString(request.getBytes(StandardCharsets.UTF_8)))
            .withSignerName("kubernetes.io/kube-apiserver-client")
            .withUsages("client auth")
            .withExpirationSeconds(3600)
            .endSpec()
            .build();
    Resource<CertificateSigningRequest> handle =
        LocalCluster.CLIENT
            .certificates()
            .v1()
            .certificateSigningRequests()
            .withName(asked.getMetadata().getName());
    LocalCluster.CLIENT.resource(asked).create();
    try {
      LocalCluster.CLIENT
          .certificates()
          .v1()
          .certificateSigningRequests()
          .withName(asked.getMetadata().getName())
          .approve(
              new CertificateSigningRequestConditionBuilder()
                  .withType("Approved")
                  .withStatus("True")
                  .withReason("Test")
                  .build());
      return Eventually.until(
              handle,
              "a certificate for " + user,
              seen -> seen != null && seen.getStatus().getCertificate() != null)
          .getStatus()
          .getCertificate();
    } finally {
      handle.delete();
    }
  }

  /** What the API server calls this person. */
  String user() {
    return user;
  }

  /** Does what this person does. */
  KubernetesClient client() {
    return client;
  }

  /** Lets this person do something in a namespace, and waits until the API server knows. */
  Person may(String namespace, String group, String resource, String... verbs) {
    String name = user + "-" + resource;
    PolicyRule rule =
        new PolicyRuleBuilder()
            .withApiGroups(group)
            .withResources(resource)
            .withVerbs(verbs)
            .build();
    LocalCluster.CLIENT
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withRules(rule)
                .build())
        .create();
    LocalCluster.CLIENT
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                .build())
        .create();
    Eventually.holds(user + " to have rights", () -> isAllowed(namespace, group, resource, verbs));
    return this;
  }

  private boolean isAllowed(String namespace, String group, String resource, String... verbs) {
    return LocalCluster.CLIENT
        .resource(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withNewResourceAttributes()
                .withNamespace(namespace)
                .withGroup(group)
                .withResource(resource)
                .withVerb(verbs[0])
                .endResourceAttributes()
                .endSpec()
                .build())
        .create()
        .getStatus()
        .getAllowed();
  }

  @Override
  public void close() {
    client.close();
  }
}
