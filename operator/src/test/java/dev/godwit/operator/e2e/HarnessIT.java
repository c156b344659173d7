package dev.godwit.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The measurements themselves, without the operator: whether they see what goes wrong. If one of
 * these fails, no other result means anything.
 */
@EndToEnd
class HarnessIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  /**
   * The negative control. The same move without what makes it safe: an application that dies with
   * its requests, blue deleted at the moment of the switch, nothing confirmed, nothing drained.
   */
  @Test
  void aSwitchWithoutConfirmationAndDrainLosesRequestsAndTheLoadSeesIt() {
    losesInOneOf(10, this::switchWithoutProtection);
  }

  private LoadResult switchWithoutProtection(String name) {
    Application blue = Application.brittle(sandbox.namespace(), name).deployed(Application.V1);
    Application green =
        Application.brittle(sandbox.namespace(), name + "-green")
            .deployedAlone(Application.V2, same -> same);
    try (Load load = Load.on(blue)) {
      select(blue, green.name());
      blue.handle()
          .withGracePeriod(0)
          .withPropagationPolicy(DeletionPropagation.BACKGROUND)
          .delete();
      Eventually.all(blue.labelled(blue.name()), "blue's pods to be gone", pods -> pods.isEmpty());
      load.awaitVersion(Application.V2);
      load.awaitMore();
      return load.stop();
    }
  }

  /**
   * The same by a migration that is told to drain nothing: blue's pods end with the requests that
   * they are answering.
   */
  @Test
  void aMigrationThatDrainsNothingLosesRequestsOfAnApplicationThatDiesAtOnce() {
    losesInOneOf(10, this::migrateWithoutDrain);
  }

  private LoadResult migrateWithoutDrain(String name) {
    Application app = Application.brittle(sandbox.namespace(), name).deployed(Application.V1);
    try (Load load = Load.on(app)) {
      sandbox
          .start(MigrationFixture.named(name).image(app, app.image(Application.V2)).drain("0s"))
          .succeeds();
      load.awaitMore();
      return load.stop();
    }
  }

  /**
   * What is unsafe goes well by luck, when the network hears of it before the container does: it
   * must go wrong in one of several attempts.
   */
  private static void losesInOneOf(int attempts, Function<String, LoadResult> attempt) {
    for (int number = 1; number <= attempts; number++) {
      LoadResult result = attempt.apply("shop-" + number);
      System.out.printf("Without the protection, attempt %d: %s%n", number, result.summary());
      if (!result.failed().isEmpty()) {
        assertThatThrownBy(result::lostNothing).isInstanceOf(AssertionError.class);
        return;
      }
    }
    throw new AssertionError("no request was lost in " + attempts + " attempts");
  }

  /** Nor may it be switched before green is ready: then nobody answers at all. */
  @Test
  void aSwitchToAGreenThatIsNotReadyLosesRequestsAndTheLoadSeesIt() {
    Application blue = Application.podinfo(sandbox.namespace(), "shop").deployed(Application.V1);
    Application green = Application.podinfo(sandbox.namespace(), "shop-green");
    Load load = sandbox.closing(Load.on(blue));

    select(blue, green.name());
    load.awaitFailure();
    sandbox.create(green.deployment(Application.V2));
    load.awaitVersion(Application.V2);
    LoadResult result = load.stop();
    System.out.println("Without waiting for green: " + result.summary());

    assertThatThrownBy(result::lostNothing).isInstanceOf(AssertionError.class);
  }

  /** And the other half: what is lost above is not lost by the switch as such, or by the load. */
  @Test
  void twentySelectorChangesBetweenTwoReadyVersionsLoseNothing() {
    Application blue = Application.podinfo(sandbox.namespace(), "shop").deployed(Application.V1);
    Application green =
        Application.podinfo(sandbox.namespace(), "shop-green")
            .deployedAlone(Application.V2, same -> same);
    Load load = sandbox.closing(Load.on(blue));

    for (int there = 0; there < 10; there++) {
      select(blue, green.name());
      load.awaitVersion(Application.V2);
      select(blue, blue.name());
      load.awaitVersion(Application.V1);
    }

    LoadResult result = load.stop().lostNothing();
    assertThat(result.versions()).containsExactly(Application.V1, Application.V2);
    // The assertion about the order must go red for traffic that went there and back.
    assertThatThrownBy(() -> result.movedOnce(Application.V1, Application.V2))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aSnapshotSeesOneLabelMoreAndOneFieldLess() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(Application.V1);
    Snapshot before = sandbox.snapshot();
    sandbox.snapshot().isSameAs(before);

    app.edit(app.handle(), it -> it.editMetadata().addToLabels("left", "behind").endMetadata());
    assertThatThrownBy(() -> sandbox.snapshot().isSameAs(before))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("behind");

    app.edit(app.handle(), it -> it.editMetadata().removeFromLabels("left").endMetadata());
    sandbox.snapshot().isSameAs(before);

    app.edit(app.handle(), it -> it.editSpec().withMinReadySeconds(1).endSpec());
    assertThatThrownBy(() -> sandbox.snapshot().isSameAs(before))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("minReadySeconds");
  }

  private static void select(Application application, String app) {
    application
        .traffic()
        .edit(
            service ->
                new ServiceBuilder(service)
                    .editSpec()
                    .withSelector(Map.of("app", app))
                    .endSpec()
                    .build());
  }
}
