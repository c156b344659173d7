package dev.godwit.operator.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Database;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.SqlCheck;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.SpecFixture;
import dev.godwit.operator.preflight.PreflightFacts.NewTemplate;
import dev.godwit.operator.preflight.PreflightFacts.VolumeFacts;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Templates;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A namespace with a service orders that could be migrated from 1.9 to 2.0, and what is asked for.
 * Methods spoil it.
 */
final class NamespaceFixture {

  private final Map<String, Deployment> deployments = new LinkedHashMap<>();
  private final Map<String, StatefulSet> statefulSets = new LinkedHashMap<>();
  private Optional<VolumeFacts> volumes = Optional.empty();
  private final Map<String, Service> services = new LinkedHashMap<>();
  private final List<HorizontalPodAutoscaler> autoscalers = new ArrayList<>();
  private final List<ResourceQuota> quotas = new ArrayList<>();
  private final List<PersistentVolumeClaim> claims = new ArrayList<>();
  private final List<String> missingPermissions = new ArrayList<>();
  private final Map<String, CheckResult> checks = new HashMap<>();
  private final Map<String, NewTemplate> templates = new HashMap<>();
  private final Map<String, ServiceSpec> asked = new LinkedHashMap<>();
  private final List<Probe> probes = new ArrayList<>();
  private final List<Check> smokeTests = new ArrayList<>();
  private final Map<String, SchemaMigration> schemas = new HashMap<>();
  private final List<SchemaStage> stages = new ArrayList<>();
  private Optional<HealthSpec> health = Optional.empty();
  private Gates gates;
  private Performance performance;
  private boolean retiring;
  private String from;

  private NamespaceFixture() {}

  static NamespaceFixture namespace() {
    NamespaceFixture namespace = new NamespaceFixture();
    namespace.add("orders");
    return namespace;
  }

  /** One service more, with Deployment, Service and what is asked for. */
  NamespaceFixture add(String name, String... dependsOn) {
    deployment(name, Map.of("app", name));
    service(name, Map.of("app", name));
    asked.put(name, spec(name, null, null, dependsOn));
    return this;
  }

  NamespaceFixture deployment(String name, Map<String, String> labels) {
    deployments.put(
        name,
        new DeploymentBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("shop")
            .withGeneration(1L)
            .endMetadata()
            .withNewSpec()
            .withReplicas(2)
            .withNewSelector()
            .withMatchLabels(labels)
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(labels)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("main")
            .withImage("registry.example/" + name + ":1.9")
            .withNewResources()
            .addToRequests("cpu", new Quantity("500m"))
            .endResources()
            .withNewReadinessProbe()
            .endReadinessProbe()
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .withNewStatus()
            .withObservedGeneration(1L)
            .withReplicas(2)
            .withUpdatedReplicas(2)
            .withReadyReplicas(2)
            .withAvailableReplicas(2)
            .endStatus()
            .build());
    return this;
  }

  /** A StatefulSet with so many ready members, one claim each, in the place of a Deployment. */
  NamespaceFixture statefulSet(String name, int members) {
    deployments.remove(name);
    Map<String, String> labels = Map.of("app", name);
    statefulSets.put(
        name,
        new StatefulSetBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("shop")
            .withGeneration(1L)
            .endMetadata()
            .withNewSpec()
            .withReplicas(members)
            .withNewSelector()
            .withMatchLabels(labels)
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(labels)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("main")
            .withImage("registry.example/" + name + ":1.9")
            .withNewReadinessProbe()
            .endReadinessProbe()
            .endContainer()
            .endSpec()
            .endTemplate()
            .withNewUpdateStrategy()
            .withType("RollingUpdate")
            .endUpdateStrategy()
            .addNewVolumeClaimTemplate()
            .withNewMetadata()
            .withName("data")
            .endMetadata()
            .endVolumeClaimTemplate()
            .endSpec()
            .withNewStatus()
            .withObservedGeneration(1L)
            .withReplicas(members)
            .withUpdatedReplicas(members)
            .withReadyReplicas(members)
            .withAvailableReplicas(members)
            .endStatus()
            .build());
    return this;
  }

  NamespaceFixture statefulSet(String name, UnaryOperator<StatefulSetBuilder> change) {
    statefulSets.computeIfPresent(
        name, (key, present) -> change.apply(new StatefulSetBuilder(present)).build());
    return this;
  }

  /** What the cluster has for snapshots of claims. */
  NamespaceFixture volumes(VolumeFacts facts) {
    volumes = Optional.of(facts);
    return this;
  }

  /** An autoscaler of a StatefulSet. */
  NamespaceFixture autoscalerOfSet(String name, int least, int most) {
    autoscalers.add(
        new HorizontalPodAutoscalerBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("shop")
            .endMetadata()
            .withNewSpec()
            .withNewScaleTargetRef("apps/v1", "StatefulSet", name)
            .withMinReplicas(least)
            .withMaxReplicas(most)
            .endSpec()
            .build());
    return this;
  }

  /** A service that is upgraded in place. */
  static ServiceSpec inPlace(
      WorkloadKind kind, String name, String sharedService, Integer minAvailable) {
    return SpecFixture.inPlace(kind, name)
        .sharedService(sharedService)
        .minAvailable(minAvailable)
        .spec();
  }

  /** A StatefulSet of which the claims are saved before; of that class if it is not null. */
  static ServiceSpec savingClaims(String name, String className) {
    return SpecFixture.inPlace(WorkloadKind.STATEFUL_SET, name)
        .backup(
            new ServiceSpec.Backup(null, new ServiceSpec.VolumeSnapshot(className, false), "1h"))
        .spec();
  }

  NamespaceFixture service(String name, Map<String, String> selector) {
    services.put(
        name,
        new ServiceBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("shop")
            .endMetadata()
            .withNewSpec()
            .withSelector(selector)
            .addNewPort()
            .withPort(80)
            .endPort()
            .endSpec()
            .build());
    return this;
  }

  NamespaceFixture deployment(String name, UnaryOperator<DeploymentBuilder> change) {
    deployments.computeIfPresent(
        name, (key, present) -> change.apply(new DeploymentBuilder(present)).build());
    return this;
  }

  NamespaceFixture service(String name, UnaryOperator<ServiceBuilder> change) {
    services.computeIfPresent(
        name, (key, present) -> change.apply(new ServiceBuilder(present)).build());
    return this;
  }

  NamespaceFixture withoutDeployment(String name) {
    deployments.remove(name);
    return this;
  }

  NamespaceFixture withoutService(String name) {
    services.remove(name);
    return this;
  }

  NamespaceFixture autoscaler(String name) {
    autoscalers.add(
        new HorizontalPodAutoscalerBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("shop")
            .endMetadata()
            .withNewSpec()
            .withNewScaleTargetRef("apps/v1", "Deployment", name)
            .endSpec()
            .build());
    return this;
  }

  NamespaceFixture quota(String resource, String hard, String used) {
    quotas.add(
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("limits")
            .endMetadata()
            .withNewStatus()
            .addToHard(resource, new Quantity(hard))
            .addToUsed(resource, new Quantity(used))
            .endStatus()
            .build());
    return this;
  }

  /** A check that asks a database, for so long at the most. */
  NamespaceFixture sqlTest(String name, String timeout) {
    Database database = new Database(new Database.SecretRef("orders-db"));
    SqlCheck sql = new SqlCheck(database, "select true", "10s", 2);
    smokeTests.add(new Check(name, null, null, null, null, sql, null, timeout, 3));
    return this;
  }

  /** A quota of some pods only. */
  NamespaceFixture scopedQuota(String resource, String hard, String scope) {
    quotas.add(
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("scoped")
            .endMetadata()
            .withNewSpec()
            .withScopes(scope)
            .endSpec()
            .withNewStatus()
            .addToHard(resource, new Quantity(hard))
            .endStatus()
            .build());
    return this;
  }

  /** What the new version of a service is, in the place of the same with another image. */
  NamespaceFixture becomes(String service, UnaryOperator<PodTemplateSpecBuilder> change) {
    PodTemplateSpec present = deployments.get(service).getSpec().getTemplate();
    templates.put(
        service,
        new NewTemplate(
            Optional.of(change.apply(new PodTemplateSpecBuilder(present)).build()), ""));
    return this;
  }

  /** A claim that no pod of the version that runs mounts. */
  NamespaceFixture unmountedClaim(String name, String accessMode) {
    claims.add(
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withAccessModes(accessMode)
            .endSpec()
            .build());
    return this;
  }

  NamespaceFixture claim(String name, String accessMode) {
    claims.add(
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withAccessModes(accessMode)
            .endSpec()
            .build());
    return deployment(
        "orders",
        orders ->
            orders
                .editSpec()
                .editTemplate()
                .editSpec()
                .addNewVolume()
                .withName(name)
                .withNewPersistentVolumeClaim(name, false)
                .endVolume()
                .endSpec()
                .endTemplate()
                .endSpec());
  }

  NamespaceFixture mayNot(String what) {
    missingPermissions.add(what);
    return this;
  }

  NamespaceFixture from(String version) {
    from = version;
    return this;
  }

  NamespaceFixture heldBy(String migration) {
    deployment(
        "orders",
        orders -> orders.editMetadata().addToLabels(Marks.MIGRATION, migration).endMetadata());
    return service(
        "orders",
        orders -> orders.editMetadata().addToLabels(Marks.MIGRATION, migration).endMetadata());
  }

  NamespaceFixture asks(String name, ServiceSpec spec) {
    asked.put(name, spec);
    return this;
  }

  NamespaceFixture refuses(String name, String why) {
    templates.put(name, new NewTemplate(Optional.empty(), why));
    return this;
  }

  NamespaceFixture probe(String name, String... names) {
    List<String> only = names.length == 0 ? null : List.of(names);
    HttpCheck http = new HttpCheck("/healthz", 8080, null, null, null);
    probes.add(new Probe(name, http, null, null, only, "5s", "2s", 3));
    return this;
  }

  /** What healthy means, instead of probes alone. */
  NamespaceFixture health(HealthSpec spec) {
    health = Optional.of(spec);
    return this;
  }

  NamespaceFixture smokeTest(String name, String... names) {
    HttpCheck http = new HttpCheck("/", 8080, null, null, null);
    smokeTests.add(new Check(name, http, null, null, null, null, List.of(names), null, 3));
    return this;
  }

  NamespaceFixture smokeTestJob(String name) {
    JobCheck job = new JobCheck("registry.example/check:1", null, null, null);
    smokeTests.add(new Check(name, null, null, null, job, null, null, null, null));
    return this;
  }

  /** What is asked now was answered. */
  NamespaceFixture answered(boolean well) {
    CheckResult result = new CheckResult(well, well ? "" : "expected 200 but was 503");
    check().questions().forEach(question -> checks.put(question.id(), result));
    return this;
  }

  /** A service that gets a new image, in one way or another. */
  static ServiceSpec spec(
      String name, String container, List<String> traffic, String... dependsOn) {
    return SpecFixture.service(name)
        .container(container)
        .traffic(traffic)
        .dependsOn(dependsOn)
        .spec();
  }

  static ServiceSpec image(String name, String image) {
    return SpecFixture.service(name).image(image).spec();
  }

  static ServiceSpec patch(String name, JsonNode patch) {
    return SpecFixture.service(name).patch(patch).spec();
  }

  static ServiceSpec replacement(String name, String other) {
    return SpecFixture.service(name).replacement(other).spec();
  }

  static ServiceSpec greenLabel(String name, String label) {
    return SpecFixture.service(name).greenLabel(label).spec();
  }

  /** One stage more in which a schema is migrated, whether that is there or not. */
  NamespaceFixture stage(String migration, SchemaWhen when) {
    stages.add(new SchemaStage(migration, when, OnRollback.TAKE_BACK));
    return this;
  }

  NamespaceFixture schema(SchemaMigration schema) {
    schemas.put(schema.getMetadata().getName(), schema);
    return this;
  }

  NamespaceFixture performance(Performance what) {
    performance = what;
    return this;
  }

  NamespaceFixture gates(Gates others) {
    gates = others;
    return this;
  }

  /** The services move one after the other, and each is retired after its own turn. */
  NamespaceFixture retiring() {
    retiring = true;
    return this;
  }

  private Strategy strategy() {
    return retiring
        ? new Strategy(
            null,
            new Rolling(
                smokeTests,
                null,
                performance,
                1,
                "10m",
                "10m",
                "0s",
                "0s",
                "30s",
                Cleanup.REPLACE,
                Retire.AFTER_EACH,
                gates))
        : new Strategy(
            new BlueGreen(
                smokeTests, null, performance, "10m", "10m", "0s", "30s", Cleanup.DELETE, gates),
            null);
  }

  PreflightResult check() {
    Map<String, NewTemplate> applied = new HashMap<>();
    Map<String, List<Endpoint>> endpoints = new HashMap<>();
    asked.forEach(
        (name, spec) -> {
          Deployment blue = deployments.get(spec.workload().name());
          StatefulSet set = statefulSets.get(spec.workload().name());
          if ((blue != null || set != null) && spec.image() != null) {
            PodTemplateSpec template =
                blue != null ? blue.getSpec().getTemplate() : set.getSpec().getTemplate();
            applied.put(
                name,
                new NewTemplate(
                    Optional.of(Templates.withImage(template, "main", spec.image())), ""));
          }
        });
    applied.putAll(templates);
    services.forEach(
        (name, service) ->
            endpoints.put(name, List.of(new Endpoint(name + "-1", "10.0.0.1", true))));
    return Preflight.check(
        migrationSpec(),
        "shop-2-0",
        "uid-of-shop-2-0",
        new PreflightFacts(
            true,
            List.copyOf(deployments.values()),
            List.copyOf(statefulSets.values()),
            List.copyOf(services.values()),
            autoscalers,
            List.of(),
            List.of(),
            quotas,
            claims,
            volumes,
            Map.copyOf(schemas),
            applied,
            endpoints,
            missingPermissions,
            checks));
  }

  /** The operator may not look at the namespace. */
  PreflightResult checkUnseen(String... missing) {
    return Preflight.check(
        migrationSpec(), "shop-2-0", "uid-of-shop-2-0", PreflightFacts.unseen(List.of(missing)));
  }

  private MigrationSpec migrationSpec() {
    return new MigrationSpec(
        from,
        "2.0",
        List.copyOf(asked.values()),
        strategy(),
        health.orElse(probes.isEmpty() ? null : HealthSpec.of(probes)),
        stages.isEmpty() ? null : List.copyOf(stages),
        OnFailure.ROLLBACK,
        OnUndoFailure.CONTINUE,
        false,
        false,
        null);
  }
}
