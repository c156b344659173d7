package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.SpecFixture;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cells behind one Service: a whole workload is taken out of it, upgraded and returned. */
@EndToEnd
class CellsIT {

  private static final String SHARED = "cells";

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void cellsAreUpgradedOneAfterTheOtherWhileTheOtherServes() {
    List<Application> cells = deployed();
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(sandbox.namespace(), SHARED));
    Load load = sandbox.closing(Load.on(sandbox.namespace(), SHARED, 9898));

    MigrationStatus status = sandbox.start(migration(cells)).succeeds();
    load.awaitMore();

    load.stop().lostNothing();
    endpoints.neverHadFewerThan(2);
    assertThat(Run.step(status, "cell-b/out-all").startedAt())
        .as("one is back before the next leaves")
        .isAfterOrEqualTo(Run.step(status, "cell-a/in-all").finishedAt());
    Snapshot wanted = before;
    for (Application cell : cells) {
      wanted = wanted.withImage(cell.name(), cell.image(V2));
    }
    sandbox.snapshot().isSameAs(wanted);
  }

  @Test
  void aCellThatFailsTakesTheOneBeforeItBack() {
    List<Application> cells = deployed();
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(sandbox.namespace(), SHARED));
    Load load = sandbox.closing(Load.on(sandbox.namespace(), SHARED, 9898));

    MigrationStatus status =
        sandbox
            .start(
                migration(cells)
                    .smokeTest(
                        MigrationFixture.only(
                            cells.get(1), MigrationFixture.http("bad", "/status/500", 200, null))))
            .rollsBack();
    load.awaitMore();

    load.stop().lostNothing();
    endpoints.neverHadFewerThan(2);
    assertThat(status.failure().message()).contains("cell-b/smoke-tests-all");
    assertThat(Run.step(status, "cell-a/out-all").state()).isEqualTo(StepState.UNDONE);
    assertThat(Run.step(status, "cell-a/in-all").undoStartedAt())
        .as("the one that failed is back before the next leaves")
        .isAfterOrEqualTo(Run.step(status, "cell-b/out-all").undoneAt());
    sandbox.snapshot().isSameAs(before.withRevisionsOf(sandbox.snapshot()));
    cells.forEach(
        cell -> assertThat(cell.pods(cell.name())).allMatch(pod -> isOf(pod, cell.image(V1))));
  }

  private static boolean isOf(io.fabric8.kubernetes.api.model.Pod pod, String image) {
    return pod.getSpec().getContainers().getFirst().getImage().equals(image);
  }

  private List<Application> deployed() {
    Service shared =
        new ServiceBuilder(Application.podinfo(sandbox.namespace(), SHARED).service(SHARED, 9898))
            .editSpec()
            .withSelector(Map.of("part", "cell"))
            .endSpec()
            .build();
    LocalCluster.CLIENT.resource(shared).create();
    return List.of("cell-a", "cell-b").stream()
        .parallel()
        .map(
            name ->
                Application.podinfo(sandbox.namespace(), name)
                    .deployedAlone(
                        V1,
                        cell ->
                            cell.editSpec()
                                .editTemplate()
                                .editMetadata()
                                .addToLabels("part", "cell")
                                .endMetadata()
                                .endTemplate()
                                .endSpec()))
        .toList();
  }

  private static MigrationFixture migration(List<Application> cells) {
    MigrationFixture migration = MigrationFixture.named("cells").rolling();
    cells.forEach(
        cell ->
            migration.service(
                SpecFixture.inPlace(WorkloadKind.DEPLOYMENT, cell.name())
                    .image(cell.image(V2))
                    .sharedService(SHARED)
                    .spec()));
    return migration;
  }
}
