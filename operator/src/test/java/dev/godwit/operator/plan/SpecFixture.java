package dev.godwit.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.UpgradeWay;
import dev.godwit.api.v1alpha1.WorkloadKind;
import java.util.List;

/**
 * What a test asks for a service. Where it says nothing else: a Deployment of that name gets the
 * image {@code registry.example/NAME:2.0}, and all optional fields are absent.
 */
public final class SpecFixture {

  private final String name;
  private ServiceSpec.Workload workload;
  private String image;
  private String container;
  private JsonNode patch;
  private ServiceSpec.Replacement replacement;
  private ServiceSpec.Traffic traffic;
  private ServiceSpec.Green green;
  private List<String> dependsOn;
  private ServiceSpec.Backup backup;
  private UpgradeWay upgrade;
  private Integer minAvailable;
  private ServiceSpec.Restore restore;

  private SpecFixture(String name) {
    this.name = name;
    this.workload = new ServiceSpec.Workload(WorkloadKind.DEPLOYMENT, name);
    this.image = "registry.example/" + name + ":2.0";
  }

  /** One that replaces its Deployment. */
  public static SpecFixture service(String name) {
    return new SpecFixture(name);
  }

  /** One that is upgraded in place. */
  public static SpecFixture inPlace(WorkloadKind kind, String name) {
    SpecFixture fixture = service(name).workload(kind, name);
    fixture.upgrade = UpgradeWay.IN_PLACE;
    return fixture;
  }

  /** One that asks for what another one does. */
  public static SpecFixture like(ServiceSpec spec) {
    SpecFixture fixture = new SpecFixture(spec.name());
    fixture.workload = spec.workload();
    fixture.image = spec.image();
    fixture.container = spec.container();
    fixture.patch = spec.patch();
    fixture.replacement = spec.replacement();
    fixture.traffic = spec.traffic();
    fixture.green = spec.green();
    fixture.dependsOn = spec.dependsOn();
    fixture.backup = spec.backup();
    fixture.upgrade = spec.upgrade();
    fixture.minAvailable = spec.minAvailable();
    fixture.restore = spec.restore();
    return fixture;
  }

  public SpecFixture workload(WorkloadKind kind, String workload) {
    this.workload = new ServiceSpec.Workload(kind, workload);
    return this;
  }

  public SpecFixture image(String image) {
    this.image = image;
    return this;
  }

  /** For that container; null: for the only one. */
  public SpecFixture container(String container) {
    this.container = container;
    return this;
  }

  /** In the place of an image. */
  public SpecFixture patch(JsonNode patch) {
    this.image = null;
    this.patch = patch;
    return this;
  }

  /** In the place of an image. */
  public SpecFixture replacement(String deployment) {
    this.image = null;
    this.replacement = new ServiceSpec.Replacement(deployment);
    return this;
  }

  /** Null: those that select the workload's pods. */
  public SpecFixture traffic(List<String> services) {
    this.traffic = services == null ? null : new ServiceSpec.Traffic(services, null);
    return this;
  }

  /** Null: none. */
  public SpecFixture sharedService(String service) {
    this.traffic = service == null ? null : new ServiceSpec.Traffic(null, service);
    return this;
  }

  public SpecFixture greenLabel(String label) {
    this.green = new ServiceSpec.Green(label);
    return this;
  }

  /** No names: the field is absent. */
  public SpecFixture dependsOn(String... services) {
    return dependsOn(List.of(services));
  }

  /** No names: the field is absent. */
  public SpecFixture dependsOn(List<String> services) {
    this.dependsOn = services.isEmpty() ? null : services;
    return this;
  }

  public SpecFixture backup(ServiceSpec.Backup backup) {
    this.backup = backup;
    return this;
  }

  public SpecFixture minAvailable(Integer members) {
    this.minAvailable = members;
    return this;
  }

  public SpecFixture restore(ServiceSpec.Restore restore) {
    this.restore = restore;
    return this;
  }

  /** What was asked for. */
  public ServiceSpec spec() {
    return new ServiceSpec(
        name,
        workload,
        image,
        container,
        patch,
        replacement,
        traffic,
        green,
        dependsOn,
        backup,
        upgrade,
        minAvailable,
        restore);
  }
}
