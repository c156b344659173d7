package dev.godwit.operator.e2e;

import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.dsl.ServiceResource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A small web application as users deploy it: a Deployment of podinfo and its Service. */
final class Application {

  static final String V1 = "1.0.0";
  static final String V2 = "2.0.0";

  private final String namespace;
  private final String name;
  private final String image;

  private Application(String namespace, String name, String image) {
    this.namespace = namespace;
    this.name = name;
    this.image = image;
  }

  /** Podinfo, which ends as it should: it answers what it has, and is out of rotation first. */
  static Application podinfo(String namespace, String name) {
    return new Application(namespace, name, "localhost/podinfo");
  }

  /** The same at first sight, but it dies on SIGTERM with the requests that it is answering. */
  static Application brittle(String namespace, String name) {
    return new Application(namespace, name, "localhost/brittle");
  }

  /** The same at first sight, but it needs as much as its arguments say. */
  static Application worker(String namespace, String name) {
    return new Application(namespace, name, "localhost/worker");
  }

  String name() {
    return name;
  }

  String namespace() {
    return namespace;
  }

  /** The image of a version. */
  String image(String version) {
    return image + ":" + version;
  }

  /** The Deployment: two replicas, readiness every second, under the restricted profile. */
  Deployment deployment(String version) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .addToLabels("app", name)
        .addToAnnotations("example.com/owner", "team-" + name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(2)
        .withNewSelector()
        .addToMatchLabels("app", name)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", name)
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName("app")
        .withImage(image(version))
        .withImagePullPolicy("IfNotPresent")
        .withPorts(
            new ContainerPortBuilder().withName("http").withContainerPort(9898).build(),
            new ContainerPortBuilder().withName("grpc").withContainerPort(9999).build())
        // Several that answer on a small machine spend less on their own scheduling.
        .withEnv(new EnvVarBuilder().withName("GOMAXPROCS").withValue("1").build())
        // Pods without a request get what all others leave.
        .withNewResources()
        .addToRequests("cpu", new Quantity("10m"))
        .endResources()
        .withNewReadinessProbe()
        .withPeriodSeconds(1)
        // A starved machine answers late; that is no word about the application.
        .withTimeoutSeconds(5)
        .withNewHttpGet()
        .withPath("/readyz")
        .withNewPort("http")
        .endHttpGet()
        .endReadinessProbe()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  /** The Service: one port, selected by the label app. */
  Service service() {
    return service(name, 9898);
  }

  /** A Service of another name and port in front of the same pods. */
  Service service(String serviceName, int port) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(serviceName)
        .withNamespace(namespace)
        .addToLabels("app", name)
        .endMetadata()
        .withNewSpec()
        .withSelector(Map.of("app", name))
        .withPorts(
            new ServicePortBuilder()
                .withName("http")
                .withPort(port)
                .withNewTargetPort("http")
                .build())
        .endSpec()
        .build();
  }

  /** Deploys a version and waits until it serves. */
  Application deployed(String version) {
    return deployed(version, UnaryOperator.identity());
  }

  /** Deploys a version with changes of the test's own, and waits until it serves. */
  Application deployed(String version, UnaryOperator<DeploymentBuilder> changes) {
    LocalCluster.CLIENT.resource(service()).create();
    return deployedAlone(version, changes);
  }

  /** Deploys without the Service. */
  Application deployedAlone(String version, UnaryOperator<DeploymentBuilder> changes) {
    Deployment deployment = changes.apply(new DeploymentBuilder(deployment(version))).build();
    LocalCluster.CLIENT.resource(deployment).create();
    return rolledOut();
  }

  /** Waits until all pods that are wanted are ready, and no others are left. */
  Application rolledOut() {
    Eventually.until(
        handle(), "Deployment " + name + " to be rolled out", Application::isRolledOut);
    return this;
  }

  /** The Deployment as it is. */
  RollableScalableResource<Deployment> handle() {
    return LocalCluster.CLIENT.apps().deployments().inNamespace(namespace).withName(name);
  }

  /** The Deployment that a migration makes beside it. */
  RollableScalableResource<Deployment> green() {
    return LocalCluster.CLIENT
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName(name + "-green");
  }

  /** The Service as it is. */
  ServiceResource<Service> traffic() {
    return LocalCluster.CLIENT.services().inNamespace(namespace).withName(name);
  }

  /** Pods with the label app of that value, but for those that are ending. */
  List<Pod> pods(String app) {
    return labelled(app).list().getItems().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  /** Pods with the label app of that value, those that are ending among them. */
  FilterWatchListDeletable<Pod, PodList, PodResource> labelled(String app) {
    return LocalCluster.CLIENT.pods().inNamespace(namespace).withLabel("app", app);
  }

  /** Green's pods, but for those that are ending. */
  List<Pod> greenPods() {
    return pods(name + "-green");
  }

  /**
   * Waits until green has no pods any more: until then they answer on connections that are kept.
   */
  void greenIsGone() {
    Eventually.all(labelled(name + "-green"), "green's pods to be gone", List::isEmpty);
  }

  /** A pod as it is. */
  PodResource pod(Pod pod) {
    return LocalCluster.CLIENT.pods().inNamespace(namespace).withName(pod.getMetadata().getName());
  }

  /** Ends a pod's program as a bug would: at once, with exit code 255. */
  void panic(Pod pod) {
    LocalCluster.crash(namespace, pod.getMetadata().getName(), "/panic");
  }

  /** Changes the Deployment as somebody who is not the operator. */
  void edit(Resource<Deployment> which, UnaryOperator<DeploymentBuilder> change) {
    which.edit(deployment -> change.apply(new DeploymentBuilder(deployment)).build());
  }

  private static boolean isRolledOut(Deployment deployment) {
    return deployment != null
        && deployment.getStatus() != null
        && deployment
            .getMetadata()
            .getGeneration()
            .equals(deployment.getStatus().getObservedGeneration())
        && deployment.getSpec().getReplicas().equals(deployment.getStatus().getReplicas())
        && deployment.getSpec().getReplicas().equals(deployment.getStatus().getUpdatedReplicas())
        && deployment.getSpec().getReplicas().equals(deployment.getStatus().getAvailableReplicas());
  }
}
