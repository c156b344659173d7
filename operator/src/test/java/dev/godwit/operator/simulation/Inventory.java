package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Database;
import dev.godwit.api.v1alpha1.InlineVersion;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMode;
import dev.godwit.operator.simulation.Scenario.Disturbance;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What users have in their clusters, by its name alone. */
final class Inventory {

  /** The label by which workloads stand behind one Service together. */
  static final String POOL = "pool";

  private Inventory() {}

  /** Versions for a database; where one can't be taken back, it is the first. */
  static SchemaMigration schema(
      String name, String database, boolean irreversible, List<String> versions) {
    SchemaMigration migration = new SchemaMigration();
    migration.getMetadata().setName(name);
    migration.getMetadata().setNamespace(World.NAMESPACE);
    migration.setSpec(
        new SchemaMigrationSpec(
            new Database(new Database.SecretRef(database)),
            null,
            versions.stream()
                .map(
                    version ->
                        new InlineVersion(
                            version,
                            null,
                            "select 1",
                            null,
                            irreversible && version.equals(versions.getFirst()) ? null : "select 2",
                            null,
                            true))
                .toList(),
            null,
            null,
            null,
            null,
            SchemaMode.STAGED,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            1,
            null,
            null,
            null));
    return migration;
  }

  /** An image of a service in a version. */
  static String image(String service, String version) {
    return "registry.example/" + service + ":" + version;
  }

  static Deployment deployment(String name, int replicas, String version) {
    return deployment(name, name, replicas, version);
  }

  /** A Deployment whose pods run another service's image. */
  static Deployment deployment(String name, String service, int replicas, String version) {
    Map<String, String> labels = Map.of("app", name, "tier", "backend");
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(World.NAMESPACE)
        .withLabels(Map.of("app", name, "team", "shop"))
        .addToAnnotations("shop.example/contact", "team@shop.example")
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withProgressDeadlineSeconds(600)
        .withNewSelector()
        .withMatchLabels(Map.of("app", name))
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage(image(service, version))
        .addNewEnv()
        .withName("MODE")
        .withValue("production")
        .endEnv()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  /** A Deployment that stands behind a Service with others, by this label. */
  static Deployment cell(String name, String pool, int replicas, String version) {
    return new DeploymentBuilder(deployment(name, replicas, version))
        .editSpec()
        .editTemplate()
        .editMetadata()
        .addToLabels(POOL, pool)
        .endMetadata()
        .endTemplate()
        .endSpec()
        .build();
  }

  /** A StatefulSet that stands behind a Service with others, by this label. */
  static StatefulSet cellSet(String name, String pool, int replicas, String version) {
    return new StatefulSetBuilder(statefulSet(name, replicas, version))
        .editSpec()
        .editTemplate()
        .editMetadata()
        .addToLabels(POOL, pool)
        .endMetadata()
        .endTemplate()
        .endSpec()
        .build();
  }

  static StatefulSet statefulSet(String name, int replicas, String version) {
    Deployment same = deployment(name, replicas, version);
    return new StatefulSetBuilder()
        .withMetadata(same.getMetadata())
        .withNewSpec()
        .withReplicas(replicas)
        .withServiceName(name + "-peers")
        .withSelector(same.getSpec().getSelector())
        .withTemplate(same.getSpec().getTemplate())
        .endSpec()
        .build();
  }

  /** A Service without an address of its own, by which the members of a StatefulSet find others. */
  static Service headless(String name) {
    return new ServiceBuilder(service(name + "-peers", Map.of("app", name)))
        .editSpec()
        .withClusterIP("None")
        .endSpec()
        .build();
  }

  static Service service(String name, Map<String, String> selector) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(World.NAMESPACE)
        .withLabels(Map.of("team", "shop"))
        .endMetadata()
        .withNewSpec()
        .withSelector(selector)
        .addNewPort()
        .withName("http")
        .withPort(80)
        .endPort()
        .endSpec()
        .build();
  }

  static HorizontalPodAutoscaler autoscaler(
      String name, int least, int most, HPAScalingRules up, HPAScalingRules down) {
    HorizontalPodAutoscaler autoscaler =
        new HorizontalPodAutoscalerBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(World.NAMESPACE)
            .endMetadata()
            .withNewSpec()
            .withNewScaleTargetRef("apps/v1", "Deployment", name)
            .withMinReplicas(least)
            .withMaxReplicas(most)
            .endSpec()
            .build();
    return up == null && down == null
        ? autoscaler
        : new HorizontalPodAutoscalerBuilder(autoscaler)
            .editSpec()
            .withNewBehavior()
            .withScaleUp(up)
            .withScaleDown(down)
            .endBehavior()
            .endSpec()
            .build();
  }

  static PodDisruptionBudget budget(String app) {
    return new PodDisruptionBudgetBuilder()
        .withNewMetadata()
        .withName(app)
        .withNamespace(World.NAMESPACE)
        .endMetadata()
        .withNewSpec()
        .withNewMaxUnavailable(1)
        .withNewSelector()
        .addToMatchLabels("app", app)
        .endSelector()
        .endSpec()
        .build();
  }

  /** Lets the pods of one service talk to those of another, and nobody else. */
  static NetworkPolicy policy(String app, String peer) {
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName(app + "-from-" + peer)
        .withNamespace(World.NAMESPACE)
        .endMetadata()
        .withNewSpec()
        .withNewPodSelector()
        .addToMatchLabels("app", app)
        .endPodSelector()
        .withPolicyTypes("Ingress")
        .addNewIngress()
        .addNewFrom()
        .withNewPodSelector()
        .addToMatchLabels("app", peer)
        .endPodSelector()
        .endFrom()
        .endIngress()
        .endSpec()
        .build();
  }

  /** The same object in a namespace that is no business of the migration. */
  static <T extends HasMetadata> T elsewhere(T object) {
    T copy = Shallow.copy(object, object.getMetadata());
    copy.setMetadata(
        new io.fabric8.kubernetes.api.model.ObjectMetaBuilder(object.getMetadata())
            .withNamespace("elsewhere")
            .build());
    return copy;
  }

  static Disturbance disturbance(
      Disturbance.Kind kind, String service, String after, Duration delay) {
    return new Disturbance(kind, service, after, delay);
  }
}
