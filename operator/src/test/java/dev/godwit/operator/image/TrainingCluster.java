package dev.godwit.operator.image;

import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Selectors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What Kubernetes does with Deployments and Services, on a server that only stores objects: one
 * ready pod for each Deployment, another one when its template changes, and one EndpointSlice for
 * each Service. All pods have the address of this machine.
 */
final class TrainingCluster {

  private static final String SERVICE = "kubernetes.io/service-name";

  private final KubernetesClient client;
  private final String namespace;

  TrainingCluster(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Does what there is to do now. */
  void act() {
    Set<String> names = new HashSet<>();
    for (Deployment deployment :
        client.apps().deployments().inNamespace(namespace).list().getItems()) {
      names.add(podName(deployment));
      roll(deployment);
    }
    for (Pod pod : pods()) {
      if (!names.contains(pod.getMetadata().getName())) {
        client.resource(pod).withGracePeriod(0).delete();
      }
    }
    Set<String> slices = new HashSet<>();
    for (Service service : client.services().inNamespace(namespace).list().getItems()) {
      slices.add(service.getMetadata().getName());
      route(service);
    }
    for (EndpointSlice slice : slices()) {
      if (!slices.contains(slice.getMetadata().getName())) {
        client.resource(slice).delete();
      }
    }
  }

  private List<Pod> pods() {
    return client.pods().inNamespace(namespace).list().getItems();
  }

  private List<EndpointSlice> slices() {
    return client.discovery().v1().endpointSlices().inNamespace(namespace).list().getItems();
  }

  /** Another template makes another pod. */
  private static String podName(Deployment deployment) {
    return "%s-%08x"
        .formatted(
            deployment.getMetadata().getName(), deployment.getSpec().getTemplate().hashCode());
  }

  private void roll(Deployment deployment) {
    String name = podName(deployment);
    Pod pod =
        new PodBuilder()
            .withNewMetadataLike(deployment.getSpec().getTemplate().getMetadata())
            .withName(name)
            .withNamespace(namespace)
            .endMetadata()
            .withSpec(deployment.getSpec().getTemplate().getSpec())
            .withNewStatus()
            .withPhase("Running")
            .withPodIP("127.0.0.1")
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build();
    if (pods().stream().noneMatch(present -> name.equals(present.getMetadata().getName()))) {
      client.resource(pod).create();
    }
    int replicas = Rollouts.wanted(deployment);
    Deployment rolled =
        new DeploymentBuilder(deployment)
            .withNewStatus()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReplicas(replicas)
            .withUpdatedReplicas(replicas)
            .withReadyReplicas(replicas)
            .withAvailableReplicas(replicas)
            .endStatus()
            .build();
    if (!Objects.equals(rolled.getStatus(), deployment.getStatus())) {
      client.resource(rolled).updateStatus();
    }
  }

  private void route(Service service) {
    List<Endpoint> endpoints =
        pods().stream()
            .filter(pod -> isSelected(service, pod))
            .map(TrainingCluster::endpoint)
            .toList();
    String name = service.getMetadata().getName();
    EndpointSlice wanted =
        new EndpointSliceBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .withLabels(service.getMetadata().getLabels())
            .addToLabels(SERVICE, name)
            .endMetadata()
            .withAddressType("IPv4")
            .withEndpoints(endpoints)
            .build();
    EndpointSlice present =
        slices().stream()
            .filter(slice -> name.equals(slice.getMetadata().getName()))
            .findFirst()
            .orElse(null);
    if (present == null) {
      client.resource(wanted).create();
    } else if (!present.getEndpoints().equals(endpoints)) {
      client.resource(wanted).update();
    }
  }

  private static boolean isSelected(Service service, HasMetadata pod) {
    return Selectors.matches(service.getSpec().getSelector(), pod.getMetadata().getLabels());
  }

  private static Endpoint endpoint(Pod pod) {
    return new EndpointBuilder()
        .withAddresses(pod.getStatus().getPodIP())
        .withNewConditions()
        .withReady(true)
        .endConditions()
        .withNewTargetRef()
        .withKind("Pod")
        .withName(pod.getMetadata().getName())
        .endTargetRef()
        .build();
  }
}
