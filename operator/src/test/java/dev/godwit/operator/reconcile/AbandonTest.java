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
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of the SchemaMigrations of a Migration that is left as it is. */
class AbandonTest {

  private static final KubernetesSerialization API = new KubernetesSerialization();

  private final List<String> wishes = new ArrayList<>();
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
            List.of(Plans.service("orders")),
            plan,
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
                      arguments[0] == SchemaMigration.class ? List.of(held) : List.of();
                  case "patch" -> {
                    JsonNode patch = (JsonNode) arguments[1];
                    wishes.add(patch.at("/metadata/annotations/godwit.dev~1wanted").asText());
                    yield arguments[0];
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
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
