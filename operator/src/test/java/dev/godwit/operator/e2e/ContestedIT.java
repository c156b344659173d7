package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody else sets the Service's selector back, as a GitOps tool that heals does. */
@EndToEnd
@Order(5)
class ContestedIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void takenBackOnceIsSaidAndTriedAgainAndNoRequestIsLost() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("20s"));
    RollbackIT.onGreen(run, load);

    heal(app);
    load.awaitVersion(V1);
    MigrationStatus contested = run.reports("TrafficContested", "True");
    assertThat(Run.condition(contested, "TrafficContested").orElseThrow().getMessage())
        .contains("argocd-controller")
        .contains("Service shop")
        .contains("managedFieldsManagers");
    run.until(
        "traffic on green again",
        status ->
            Run.is(status, "TrafficContested", "False")
                && Run.is(status, "TrafficOnGreen", "True"));
    load.awaitVersion(V2);
    run.succeeds();
    load.awaitMore();

    load.stop().lostNothing();
    assertThat(run.events()).contains("TrafficContested");
  }

  /** It takes a little more than a minute: the pauses grow from 5 to 45 seconds. */
  @Test
  void takenBackEveryTimeEndsInARollbackAfterFourSwitchesAndNotInAWar() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    List<Service> seen = new ArrayList<>();
    Run run;
    MigrationStatus status;
    try (Watch _ = app.traffic().watch(new Healer(app, seen))) {
      run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
      status =
          Eventually.until(
                  run.handle(),
                  "the migration to be rolled back",
                  Duration.ofMinutes(3),
                  migration ->
                      migration != null
                          && migration.getStatus() != null
                          && Run.is(migration.getStatus(), "RolledBack", "True"))
              .getStatus();
    }

    assertThat(status.failure().reason()).isEqualTo("TrafficContested");
    assertThat(status.failure().message())
        .contains("argocd-controller")
        .contains("managedFieldsManagers");
    synchronized (seen) {
      assertThat(switchesTo("shop-green", seen)).as("switches to green").isBetween(2L, 4L);
      // A mark set, the switches and their reversals, a mark taken away.
      assertThat(seen).as("writes to the Service").hasSizeLessThanOrEqualTo(12);
    }
    endpoints.wasNeverEmpty().onlyOf("shop");
    load.awaitMore();
    load.stop().lostNothing();
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void aSelectorThatIsNeitherBluesNorGreensIsLeftAsItIs() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Application third =
        Application.podinfo(sandbox.namespace(), "third").deployedAlone("3.0.0", same -> same);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    RollbackIT.onGreen(run, load);

    select(app, third.name());
    MigrationStatus status = run.rollsBack();
    load.awaitVersion("3.0.0");
    load.awaitMore();

    load.stop().lostNothing();
    assertThat(status.failure().reason()).isEqualTo("TrafficContested");
    assertThat(app.traffic().get().getSpec().getSelector()).isEqualTo(Map.of("app", "third"));
    assertThat(app.traffic().get().getMetadata().getLabels()).isEqualTo(Map.of("app", "shop"));
  }

  /** Applies the Service as it is in Git again. */
  private static void heal(Application app) {
    select(app, app.name());
  }

  private static void select(Application app, String selected) {
    Service service = app.service();
    service.getSpec().setSelector(Map.of("app", selected));
    app.traffic()
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("argocd-controller")
                .withForce(true)
                .build(),
            service);
  }

  /** How often the selector became this one. */
  private static long switchesTo(String app, List<Service> seen) {
    return IntStream.range(1, seen.size())
        .filter(index -> isOn(seen.get(index), app) && !isOn(seen.get(index - 1), app))
        .count();
  }

  private static boolean isOn(Service service, String app) {
    return app.equals(service.getSpec().getSelector().get("app"));
  }

  /** A controller that heals as soon as it sees a difference. */
  private record Healer(Application app, List<Service> seen) implements Watcher<Service> {

    @Override
    public void eventReceived(Action action, Service service) {
      synchronized (seen) {
        seen.add(service);
      }
      if (action == Action.MODIFIED && isOn(service, "shop-green")) {
        heal(app);
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      throw new AssertionError("the watch ended", cause);
    }
  }
}
