package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.RotationService;
import dev.godwit.operator.step.InPlaceFixture;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of what a Migration holds that is left as it is. */
class AbandonTest {

  private static final KubernetesSerialization API = new KubernetesSerialization();

  private final List<String> wishes = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();
  private final List<String> writes = new ArrayList<>();
  private String wanted = "Run";

  private SchemaMigration schema(String status) {
    SchemaMigration schema = new SchemaMigration();
    schema.getMetadata().setName("expand");
    schema.getMetadata().setLabels(Map.of(Marks.MIGRATION, "shop"));
    schema.getMetadata().setAnnotations(Map.of(Marks.WANTED, wanted));
    schema.setStatus(API.unmarshal("---\n{" + status + "}", SchemaMigrationStatus.class));
    return schema;
  }

  /** What is wanted of it afterwards; null: nothing, and its label is gone. */
  private List<String> leftAsIs(String status) {
    Plan plan = Plans.plan();
    Journal stalled =
        Plans.begin(plan)
            .withFailure(Optional.of(new Failure("PodsUnhealthy", "crash", Plans.START, null)));
    Run run =
        new Run(
            Plans.migration("orders"),
            new Compiled(
                Plans.migration("orders").getSpec(),
                List.of(Plans.service("orders")),
                plan,
                "hash"),
            "hash",
            Optional.of(stalled),
            stalled);
    Observation nothing = null;
    boolean done =
        new Abandon(cluster(schema(status)), new MigrationListener() {})
            .leaveAsIs(new Advance.Step(run, nothing, Optional.empty()), Plans.START);
    assertThat(done).isTrue();
    return wishes;
  }

  private Cluster cluster(SchemaMigration held) {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "listHeld" ->
                      arguments[0] == SchemaMigration.class
                          ? List.of(held)
                          : arguments[0] == Service.class ? services : List.of();
                  case "patch" -> {
                    JsonNode patch = (JsonNode) arguments[1];
                    if (arguments[0] instanceof SchemaMigration) {
                      wishes.add(patch.at("/metadata/annotations/godwit.dev~1wanted").asText());
                    } else {
                      writes.add(name(arguments[0]) + " " + patch);
                    }
                    yield arguments[0];
                  }
                  case "delete" -> {
                    writes.add(name(arguments[0]) + " is deleted");
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static String name(Object object) {
    return ((HasMetadata) object).getMetadata().getName();
  }

  /** Nobody gives the label to pods any more, and nobody wants to know who has it. */
  @Test
  void servicesSelectAsBeforeAndWhatShowedWhoIsInRotationIsDeleted() {
    InPlaceFixture orders = new InPlaceFixture();
    String uid = Plans.migration("orders").getMetadata().getUid();
    Service rotation = RotationService.of(orders.plan(), new Marks.Maker("shop", uid, "shop"));
    Service traffic =
        new ServiceBuilder()
            .withNewMetadata()
            .withName("orders")
            .withResourceVersion("1")
            .addToLabels(Marks.SELECTS, "in-1")
            .endMetadata()
            .withNewSpec()
            .addToSelector("app", "orders")
            .addToSelector(Marks.ROTATION, Marks.IN)
            .endSpec()
            .build();
    services.addAll(List.of(rotation, traffic));

    leftAsIs("phase: Preflight");

    assertThat(writes)
        .containsExactly(
            "rotation-orders is deleted",
            "orders {\"spec\":{\"selector\":{\"godwit.dev/rotation\":null,\"app\":\"orders\"}}}",
            "orders {\"metadata\":{\"labels\":{\"godwit.dev/migration\":null,"
                + "\"godwit.dev/selects\":null}}}");
  }

  /** Whatever serves may use it. */
  @Test
  void whatStandsByIsKept() {
    assertThat(
            leftAsIs(
                "startTime: 2026-01-01T00:00:00Z, conditions: [{type: StandingBy, status: 'True'}]"))
        .containsExactly("Keep");
  }

  /** Nobody is left who could let it end when all its versions are there. */
  @Test
  void whatIsAtWorkGoesOnToItsEnd() {
    assertThat(leftAsIs("startTime: 2026-01-01T00:00:00Z, phase: Migrating"))
        .containsExactly("Keep");
  }

  @Test
  void whatIsOnItsWayBackGoesOnWithThat() {
    wanted = "TakeBack";

    assertThat(leftAsIs("startTime: 2026-01-01T00:00:00Z, phase: RollingBack")).isEmpty();
  }

  /** With a mark on it nobody could go on with it, or give it to another Migration. */
  @Test
  void whatHasStoppedIsLetGoOf() {
    assertThat(
            leftAsIs(
                "startTime: 2026-01-01T00:00:00Z, phase: Stalled, conditions: [{type: Stalled,"
                    + " status: 'True'}]"))
        .containsExactly("null");
  }

  @Test
  void whatHasNotStartedIsLetGoOf() {
    assertThat(leftAsIs("phase: Preflight")).containsExactly("null");
  }

  @Test
  void whatHasEndedIsLetGoOf() {
    assertThat(
            leftAsIs(
                "startTime: 2026-01-01T00:00:00Z, completionTime: 2026-01-01T01:00:00Z, conditions:"
                    + " [{type: Succeeded, status: 'True'}]"))
        .containsExactly("null");
  }
}
