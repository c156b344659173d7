package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Old versions are given up after each turn, and are rolled out again when a later one fails. */
@EndToEnd
class RetireIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void servicesAreCleanedUpAfterTheirOwnTurn() {
    List<Application> apps = deployed();
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.onAll(apps));

    MigrationStatus status = sandbox.start(migration(apps)).succeeds();
    load.awaitMore();

    load.stop().lostNothing();
    assertThat(Run.step(status, "orders/snapshot").startedAt())
        .as("nothing of users is left when orders begins")
        .isAfterOrEqualTo(Run.step(status, "users/remove").finishedAt());
    Snapshot wanted = before;
    for (Application app : apps) {
      wanted = wanted.withImage(app.name(), app.image(V2));
    }
    sandbox.snapshot().isSameAs(wanted);
  }

  @Test
  void aServiceThatFailsLaterTakesARetiredOneBackByARollout() {
    List<Application> apps = deployed();
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.onAll(apps));

    MigrationStatus status =
        sandbox
            .start(
                migration(apps)
                    .smokeTest(
                        MigrationFixture.only(
                            apps.get(1), MigrationFixture.http("bad", "/status/500", 200, null))))
            .rollsBack();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(result.of(apps.getFirst()).versions()).contains(V2);
    assertThat(result.of(apps.get(1)).allVersions()).containsExactly(V1);
    assertThat(Run.step(status, "users/upgrade").state()).isEqualTo(StepState.UNDONE);
    sandbox.snapshot().isSameAs(before.withRevisionsOf(sandbox.snapshot()));
    assertThat(apps.getFirst().pods("users"))
        .allSatisfy(
            pod ->
                assertThat(pod.getSpec().getContainers().getFirst().getImage())
                    .isEqualTo(apps.getFirst().image(V1)));
  }

  private List<Application> deployed() {
    return Stream.of("users", "orders")
        .parallel()
        .map(name -> Application.podinfo(sandbox.namespace(), name).deployed(V1))
        .toList();
  }

  private static MigrationFixture migration(List<Application> apps) {
    MigrationFixture migration = MigrationFixture.named("shop").rolling().retireAfterEach();
    apps.forEach(app -> migration.image(app, app.image(V2)));
    return migration;
  }
}
