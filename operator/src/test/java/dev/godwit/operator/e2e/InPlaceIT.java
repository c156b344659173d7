package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Members are upgraded in place, with data on their volumes, and no request fails. */
@EndToEnd
@Order(2)
class InPlaceIT {

  /** Passes for member 2 alone. */
  private static final String ONLY_FOR_MEMBER_2 =
      """
            smokeTests:
            - name: is-member-2
              attempts: 1
              job: {image: "localhost/smoke:local", args: ["http://$(GODWIT_GREEN_HOST):$(GODWIT_GREEN_PORT)/", store-2]}
      """;

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void aStatefulSetIsUpgradedMemberByMemberAndKeepsItsData() {
    Store store = Store.deployed(sandbox.namespace());
    Store.members().forEach(member -> store.keep(member, "of " + member));
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints =
        sandbox.closing(EndpointHistory.of(sandbox.namespace(), Store.NAME));
    Load load = sandbox.closing(Load.on(sandbox.namespace(), Store.NAME, 80));

    MigrationStatus status = store.start(yaml -> yaml).succeeds();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(result.versions()).containsExactly(V1, V2);
    assertThat(status.services().getFirst().side()).isEqualTo("InPlace 3/3");
    endpoints.neverHadFewerThan(2);
    assertHighestFirst(status);
    Store.members()
        .forEach(
            member -> {
              assertThat(store.image(member)).isEqualTo("localhost/podinfo:" + V2);
              assertThat(store.has(member, "of " + member)).as("data of %s", member).isTrue();
              assertThat(labels(store.pod(member))).doesNotContain("godwit.dev/rotation");
            });
    sandbox.snapshot().isSameAs(before.withImageOf("StatefulSet", Store.NAME, "podinfo:" + V2));
  }

  @Test
  void aMemberThatFailsItsCheckTakesAllBackAndTheirDataIsRestored() {
    Store store = Store.deployed(sandbox.namespace());
    Store.members().forEach(member -> store.keep(member, "of " + member));
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints =
        sandbox.closing(EndpointHistory.of(sandbox.namespace(), Store.NAME));
    Load load = sandbox.closing(Load.on(sandbox.namespace(), Store.NAME, 80));

    Run run = store.start(yaml -> withSmokeTest(yaml, ONLY_FOR_MEMBER_2));
    run.reaches("store/in-2", StepState.DONE);
    store.keep("store-2", "written by the new version");
    Pod failing =
        Eventually.until(
            LocalCluster.CLIENT.pods().inNamespace(sandbox.namespace()).withName("store-1"),
            "store-1 with the new version",
            InPlaceIT::isNew);
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    load.stop().lostNothing();
    endpoints.neverHadFewerThan(2).neverHeld(failing);
    assertThat(status.failure().message()).contains("store/smoke-tests-1", "is-member-2");
    assertThat(status.services().getFirst().side()).isEqualTo("InPlace 0/3");
    assertThat(Run.step(status, "store/out-1").undoneAt())
        .as("the one that failed is back before the next leaves")
        .isBeforeOrEqualTo(Run.step(status, "store/in-2").undoStartedAt());
    assertThat(Run.step(status, "store/backup-2").undoStartedAt())
        .as("restored when the old version runs again")
        .isAfterOrEqualTo(Run.step(status, "store/upgrade-2").undoneAt());
    assertThat(Run.step(status, "store/out-0").state()).isEqualTo(StepState.PENDING);
    assertThat(store.has("store-2", "written by the new version")).isFalse();
    Store.members()
        .forEach(
            member -> {
              assertThat(store.image(member)).isEqualTo("localhost/podinfo:" + V1);
              assertThat(store.has(member, "of " + member)).as("data of %s", member).isTrue();
              assertThat(labels(store.pod(member))).doesNotContain("godwit.dev/rotation");
            });
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void aMemberThatNeverBecomesReadyIsReplacedByTheOldVersion() {
    Store store = Store.deployed(sandbox.namespace());
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(sandbox.namespace(), Store.NAME, 80));

    Run run =
        store.start(
            yaml ->
                yaml.replace("image: localhost/podinfo:2.0.0", "image: localhost/podinfo:none")
                    .replace("monitor: 5s", "deadline: 8s"));
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    assertThat(load.stop().lostNothing().allVersions()).containsExactly(V1);
    assertThat(status.failure().message()).contains("store-2 did not become ready");
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void aPodThatIsEvictedMeanwhileReturnsToRotationByItself() {
    Store store = Store.deployed(sandbox.namespace());
    Run run = store.start(yaml -> withSmokeTest(yaml, NEVER_PASSES));
    run.reaches("store/smoke-tests-2", StepState.RUNNING);
    String uid = store.pod("store-0").getMetadata().getUid();

    LocalCluster.CLIENT.pods().inNamespace(sandbox.namespace()).withName("store-0").delete();
    Eventually.until(
        LocalCluster.CLIENT.pods().inNamespace(sandbox.namespace()).withName("store-0"),
        "a new store-0 in rotation",
        pod ->
            pod != null
                && !pod.getMetadata().getUid().equals(uid)
                && labels(pod).contains("godwit.dev/rotation"));

    assertThat(store.image("store-0")).as("below the partition").endsWith(V1);
    assertThat(labels(store.pod("store-2")))
        .as("the one that is checked stays out")
        .doesNotContain("godwit.dev/rotation");
    run.abort();
    run.rollsBack();
  }

  private static final String NEVER_PASSES =
      """
            smokeTests:
            - {name: never-passes, attempts: 100, timeout: 3s, http: {port: 9898, path: /status/500}}
      """;

  private static String withSmokeTest(String yaml, String smokeTests) {
    return yaml.replaceAll(
        "(?s)      smokeTests:.*?contains: 2.0.0}\n", Matcher.quoteReplacement(smokeTests));
  }

  private static void assertHighestFirst(MigrationStatus status) {
    List<Instant> upgraded =
        List.of(2, 1, 0).stream()
            .map(ordinal -> Run.step(status, "store/in-" + ordinal).finishedAt())
            .toList();
    List<Instant> left =
        List.of(2, 1, 0).stream()
            .map(ordinal -> Run.step(status, "store/out-" + ordinal).startedAt())
            .toList();
    for (int next = 1; next < upgraded.size(); next++) {
      assertThat(left.get(next)).isAfterOrEqualTo(upgraded.get(next - 1));
    }
  }

  private static boolean isNew(Pod pod) {
    return pod != null && pod.getSpec().getContainers().getFirst().getImage().endsWith(V2);
  }

  private static Set<String> labels(Pod pod) {
    return new TreeSet<>(pod.getMetadata().getLabels().keySet());
  }
}
