package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.resource.Green;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Snapshots;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Twins;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * One service of a migration and what is seen of it: three pods of blue that serve, and no green
 * yet. Methods change what is seen, as events in the cluster would.
 */
public final class ServiceFixture {

  public static final Marks.Maker MAKER = new Marks.Maker("shop-2-0", "uid-of-shop-2-0", "shop");

  private final String name;
  private boolean isUnrecorded;
  private final List<String> dependsOn;
  private Optional<Deployment> blue;
  private Optional<Deployment> green = Optional.empty();
  private Optional<Service> preview = Optional.empty();
  private Optional<HorizontalPodAutoscaler> autoscaler = Optional.empty();
  private boolean scalesItself;
  private ServiceSpec.Backup backup;
  private final Map<String, Service> traffic = new HashMap<>();
  private final Map<String, List<Endpoint>> endpoints = new HashMap<>();
  private final Map<String, HasMetadata> twins = new HashMap<>();
  private List<Pod> greenPods = List.of();

  private ServiceFixture(String name, List<String> dependsOn) {
    this.name = name;
    this.dependsOn = dependsOn;
    this.blue = Optional.of(ready(deployment(name, 3), 3));
    Service service =
        new ServiceBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("shop")
            .withResourceVersion("1")
            .endMetadata()
            .withNewSpec()
            .withSelector(Map.of("app", name))
            .addNewPort()
            .withPort(80)
            .endPort()
            .endSpec()
            .build();
    traffic.put(name, service);
    endpoints.put(name, pods(name, 3));
  }

  /** A service called as its workload and its Service are. */
  public static ServiceFixture named(String name, String... dependsOn) {
    return new ServiceFixture(name, List.of(dependsOn));
  }

  static Deployment deployment(String name, int replicas) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("shop")
        .withUid("uid-of-" + name)
        .withResourceVersion("1")
        .withGeneration(1L)
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .addToMatchLabels("app", name)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("registry.example/" + name + ":1.9")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Deployment ready(Deployment deployment, int ready) {
    int wanted = deployment.getSpec().getReplicas();
    return new DeploymentBuilder(deployment)
        .withNewStatus()
        .withObservedGeneration(deployment.getMetadata().getGeneration())
        .withReplicas(wanted)
        .withUpdatedReplicas(wanted)
        .withReadyReplicas(ready)
        .withAvailableReplicas(ready)
        .addNewCondition()
        .withType("Progressing")
        .withStatus("True")
        .withReason("NewReplicaSetAvailable")
        .withLastUpdateTime("2025-12-01T00:00:00Z")
        .endCondition()
        .endStatus()
        .build();
  }

  private static List<Endpoint> pods(String owner, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            number -> new Endpoint(owner + "-" + number, "10.0.0." + owner.length() + number, true))
        .toList();
  }

  /** What is asked for the service and was found of it. */
  public ServicePlan plan() {
    return new ServicePlan(
        SpecFixture.service(name).dependsOn(dependsOn).backup(backup).spec(),
        "1.9",
        "2.0",
        name + "-green",
        Map.of("app", name + "-green"),
        List.of(name),
        scalesItself ? Optional.of(name) : Optional.empty(),
        List.of(),
        Optional.empty());
  }

  private PodTemplateSpec newTemplate() {
    return Templates.withImage(
        deployment(name, 3).getSpec().getTemplate(), "main", "registry.example/" + name + ":2.0");
  }

  /** Somebody has deleted what was recorded of it. */
  public ServiceFixture withoutSnapshot() {
    isUnrecorded = true;
    return this;
  }

  /** What was recorded of the workload: there as long as the migration holds it. */
  Optional<ControllerRevision> snapshot() {
    boolean held =
        blue.filter(seen -> Marks.isHeldBy(seen, MAKER.migration())).isPresent()
            || traffic.values().stream().anyMatch(seen -> Marks.isHeldBy(seen, MAKER.migration()));
    return held && !isUnrecorded
        ? Optional.of(Snapshots.of(plan(), MAKER, Workload.of(deployment(name, 3)), Map.of()))
        : Optional.empty();
  }

  /** What is seen now. */
  public ServiceView view() {
    return new ServiceView(
        blue,
        Optional.empty(),
        green,
        Map.copyOf(traffic),
        preview,
        Optional.empty(),
        Map.copyOf(endpoints),
        Set.of(),
        greenPods,
        autoscaler,
        Optional.of(newTemplate()),
        Map.of(),
        Map.copyOf(twins),
        List.of(),
        Map.of(),
        Map.of());
  }

  /** A Job is to save something before the service is touched. */
  public ServiceFixture withBackup() {
    backup =
        new ServiceSpec.Backup(
            new JobCheck("registry.example/backup:1", null, null, null), null, "1h");
    return this;
  }

  /** Blue has an autoscaler that says nothing of how to scale down. */
  public ServiceFixture withAutoscaler() {
    scalesItself = true;
    autoscaler =
        Optional.of(
            new HorizontalPodAutoscalerBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("shop")
                .withResourceVersion("1")
                .endMetadata()
                .withNewSpec()
                .withNewScaleTargetRef("apps/v1", "Deployment", name)
                .withMinReplicas(1)
                .withMaxReplicas(9)
                .endSpec()
                .build());
    return this;
  }

  /** The migration has claimed workload and Service. */
  public ServiceFixture held() {
    return holder(MAKER.migration());
  }

  /** A migration holds workload and Service. */
  public ServiceFixture holder(String migration) {
    blue =
        blue.map(
            seen ->
                new DeploymentBuilder(seen)
                    .editMetadata()
                    .addToLabels(Marks.MIGRATION, migration)
                    .endMetadata()
                    .build());
    traffic.replaceAll(
        (key, seen) ->
            new ServiceBuilder(seen)
                .editMetadata()
                .addToLabels(Marks.MIGRATION, migration)
                .endMetadata()
                .build());
    return this;
  }

  /** Green is there with so many pods, of which so many are ready. */
  public ServiceFixture green(int wanted, int ready) {
    Deployment made = Green.deployment(deployment(name, wanted), newTemplate(), plan(), MAKER);
    Deployment seen =
        new DeploymentBuilder(made)
            .editMetadata()
            .withUid("uid-of-" + name + "-green")
            .withResourceVersion("1")
            .withGeneration(1L)
            .endMetadata()
            .build();
    green = Optional.of(ready(seen, ready));
    preview = Optional.of(Green.preview(plan(), traffic, seen, MAKER));
    endpoints.put(name + "-green", pods(name + "-green", ready));
    greenPods =
        IntStream.range(0, wanted).mapToObj(index -> greenPod(index, index < ready)).toList();
    return this;
  }

  private Pod greenPod(int index, boolean ready) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(pods(name + "-green", index + 1).get(index).pod())
        .endMetadata()
        .withNewStatus()
        .withPodIP(pods(name + "-green", index + 1).get(index).address())
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .withLastTransitionTime(MigrationFixture.START.toString())
        .endCondition()
        .endStatus()
        .build();
  }

  /** The selectors lead to green; endpoints follow later. */
  public ServiceFixture selectsGreen() {
    return selects(Map.of("app", name + "-green"));
  }

  /** The selectors lead to blue. */
  public ServiceFixture selectsBlue() {
    return selects(Map.of("app", name));
  }

  /** The selector of the Service. */
  public ServiceFixture selects(Map<String, String> selector) {
    traffic.replaceAll(
        (key, seen) ->
            new ServiceBuilder(seen).editSpec().withSelector(selector).endSpec().build());
    return this;
  }

  /** A field manager has set the selector of the Service. */
  public ServiceFixture selectorSetBy(String manager, Instant when) {
    FieldsV1 fields = new FieldsV1();
    fields.setAdditionalProperty("f:spec", Map.of("f:selector", Map.of()));
    traffic.replaceAll(
        (key, seen) ->
            new ServiceBuilder(seen)
                .editMetadata()
                .addNewManagedField()
                .withManager(manager)
                .withTime(when.toString())
                .withFieldsV1(fields)
                .endManagedField()
                .endMetadata()
                .build());
    return this;
  }

  /** Green's own Service lists no more than so many of its pods yet. */
  public ServiceFixture previewLists(int pods) {
    endpoints.put(name + "-green", pods(name + "-green", pods));
    return this;
  }

  /** The endpoints of the Service are so many of green's ready pods. */
  public ServiceFixture reachesGreen(int pods) {
    endpoints.put(name, pods(name + "-green", pods));
    return this;
  }

  /** The endpoints of the Service are so many of blue's ready pods. */
  public ServiceFixture reachesBlue(int pods) {
    endpoints.put(name, pods(name, pods));
    return this;
  }

  /** Green serves with three pods. */
  public ServiceFixture servesFromGreen() {
    return held().green(3, 3).selectsGreen().reachesGreen(3);
  }

  /** Another blue. */
  public ServiceFixture blue(UnaryOperator<Deployment> change) {
    blue = blue.map(change);
    return this;
  }

  /** Blue has so many replicas, of which so many are ready. */
  public ServiceFixture blueHas(int wanted, int ready) {
    return blue(
        seen ->
            ready(
                new DeploymentBuilder(seen).editSpec().withReplicas(wanted).endSpec().build(),
                ready));
  }

  /** Somebody has deleted blue. */
  public ServiceFixture withoutBlue() {
    blue = Optional.empty();
    return this;
  }

  /** Somebody has created blue again, with the template that it had. */
  public ServiceFixture createdAgain() {
    Deployment again =
        new DeploymentBuilder(deployment(name, 3))
            .editMetadata()
            .withUid("another-uid-of-" + name)
            .endMetadata()
            .build();
    blue = Optional.of(ready(again, 3));
    return this;
  }

  /** Somebody has deleted green. */
  public ServiceFixture withoutGreen() {
    green = Optional.empty();
    return this;
  }

  /** Somebody has deleted green's own Service. */
  public ServiceFixture withoutPreview() {
    preview = Optional.empty();
    return this;
  }

  /** Somebody has deleted the Service. */
  public ServiceFixture withoutService() {
    traffic.clear();
    return this;
  }

  /** Another green. */
  public ServiceFixture green(UnaryOperator<Deployment> change) {
    green = green.map(change);
    return this;
  }

  /** Green's pods. */
  List<Pod> greenPods() {
    return greenPods;
  }

  /** Green's pods, instead of those that its replicas give. */
  public ServiceFixture greenPods(List<Pod> pods) {
    greenPods = pods;
    return this;
  }

  /** The autoscaler as somebody has changed it. */
  public ServiceFixture autoscaler(UnaryOperator<HorizontalPodAutoscaler> change) {
    autoscaler = autoscaler.map(change);
    return this;
  }

  /** A twin that was made for the service. */
  public ServiceFixture twin(HasMetadata twin) {
    twins.put(Twins.key(twin), twin);
    return this;
  }

  /** A pod of green that has not been ready since then. */
  public Pod unreadyGreenPod(Instant since) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name + "-green-0")
        .endMetadata()
        .withNewStatus()
        .withPhase("Running")
        .addNewCondition()
        .withType("Ready")
        .withStatus("False")
        .withLastTransitionTime(since.toString())
        .endCondition()
        .endStatus()
        .build();
  }

  /** A pod of green whose container crashes. */
  public Pod crashingGreenPod() {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name + "-green-0")
        .endMetadata()
        .withNewStatus()
        .withPhase("Running")
        .addNewContainerStatus()
        .withName("main")
        .withReady(false)
        .withRestartCount(3)
        .withNewState()
        .withNewWaiting()
        .withReason("CrashLoopBackOff")
        .endWaiting()
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }

  String name() {
    return name;
  }

  List<ServiceFixture> and(ServiceFixture... others) {
    List<ServiceFixture> all = new ArrayList<>(List.of(this));
    all.addAll(List.of(others));
    return all;
  }
}
