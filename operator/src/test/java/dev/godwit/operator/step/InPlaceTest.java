package dev.godwit.operator.step;

import static dev.godwit.operator.step.InPlaceFixture.DEADLINE;
import static dev.godwit.operator.step.InPlaceFixture.DRAIN;
import static dev.godwit.operator.step.InPlaceFixture.MAKER;
import static dev.godwit.operator.step.InPlaceFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The steps by which a StatefulSet is upgraded member by member, and taken back. */
class InPlaceTest {

  private static final Map<String, String> PLAIN = Map.of("app", "orders");

  private final InPlaceFixture orders = new InPlaceFixture();

  private Rotate rotate(int ordinal, boolean in) {
    return new Rotate(orders.member(ordinal), List.of(), in, backup(ordinal), DEADLINE);
  }

  private Optional<MemberBackup> backup(int ordinal) {
    return orders.plan().spec().backup() == null
        ? Optional.empty()
        : Optional.of(new MemberBackup(orders.member(ordinal), MAKER));
  }

  private UpgradeMember upgrade(int ordinal) {
    return new UpgradeMember(orders.member(ordinal), MAKER, backup(ordinal), DEADLINE, DRAIN);
  }

  private static List<Action> actions(Assessment assessment) {
    assertThat(assessment).isInstanceOf(Assessment.Act.class);
    return ((Assessment.Act) assessment).actions();
  }

  private static Action only(Assessment assessment) {
    assertThat(actions(assessment)).hasSize(1);
    return actions(assessment).getFirst();
  }

  private static void assertWaits(Assessment assessment, String... words) {
    assertThat(assessment).isInstanceOf(Assessment.Wait.class);
    assertThat(((Assessment.Wait) assessment).why()).contains(words);
  }

  private static void assertFails(Assessment assessment, Reason reason, String... words) {
    assertThat(assessment).isInstanceOf(Assessment.Failed.class);
    assertThat(((Assessment.Failed) assessment).reason()).isEqualTo(reason);
    assertThat(((Assessment.Failed) assessment).message()).contains(words);
  }

  private static void assertDone(Assessment assessment) {
    assertThat(assessment).isInstanceOf(Assessment.Done.class);
  }

  @Test
  void membersAreTakenHighestOrdinalFirst() {
    assertThat(Member.of(orders.plan()))
        .extracting(Member::name)
        .containsExactly("orders-2", "orders-1", "orders-0");
  }

  @Test
  void aWorkloadThatWasCreatedAgainAfterTheSnapshotWasBegunIsRecordedAllTheSame() {
    Snapshot snapshot = new Snapshot(orders.plan(), MAKER, List.of(), List.of());
    Journal.Entry begun =
        new Journal.Entry(
            "orders/snapshot",
            "snapshot",
            StepState.RUNNING,
            Optional.of(NOW),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            "",
            PreImage.NONE);
    Situation held = orders.held().situation();

    Assessment answer = snapshot.assess(new Situation(held.seen(), held.journal(), begun, NOW));

    assertThat(answer)
        .isInstanceOfSatisfying(
            Assessment.Done.class,
            done -> assertThat(done.remembered().orElseThrow().replicas()).isEqualTo(3));
  }

  // ---- out of rotation, and back

  @Test
  void aMemberLeavesWhenEnoughOthersAreInRotation() {
    orders.state("out-2", StepState.RUNNING);

    Action.Patch label = (Action.Patch) only(rotate(2, false).assess(orders.situation("out-2")));

    assertThat(label.seen().getMetadata().getName()).isEqualTo("orders-2");
    assertThat(label.change().at("/metadata/labels").get(Marks.ROTATION).isNull()).isTrue();
  }

  @Test
  void aMemberStaysWhileAnotherIsNotReachedThoughItIsReady() {
    orders.state("out-2", StepState.RUNNING).notReached(0);

    assertWaits(
        rotate(2, false).assess(orders.situation("out-2")),
        "without orders-2 1 would be in rotation",
        "minAvailable is 2");
  }

  @Test
  void aMemberStaysWhileAnotherHasLostTheLabelThoughTheEndpointsStillHaveIt() {
    orders.upgraded(2).takenBackBeforeItsEnd("in-2").pod(0, "1.9", true, false);

    assertWaits(
        rotate(2, true).assessUndo(orders.situation("in-2")),
        "without orders-2 1 would be in rotation");
  }

  @Test
  void aMemberStaysWhileANeighbourBehindTheSameServiceWantsMoreToServe() {
    orders.state("out-2", StepState.RUNNING);
    ServicePlan demanding = new InPlaceFixture().minAvailable(3).plan();
    Rotate step =
        new Rotate(orders.member(2), List.of(demanding), false, Optional.empty(), DEADLINE);

    assertWaits(step.assess(orders.situation("out-2")), "minAvailable is 3");
  }

  @Test
  void tooFewMembersForAsLongAsTheDeadlineFail() {
    orders.state("out-2", StepState.RUNNING).notReached(0);

    assertFails(
        rotate(2, false).assess(orders.situation("out-2", DEADLINE)),
        Reason.TOO_FEW_MEMBERS,
        "waited in vain");
  }

  @Test
  void aMemberThatDoesNotServeLeavesWhoeverIsLeft() {
    orders.state("out-2", StepState.RUNNING).notReached(0).pod(2, "1.9", false, true);

    assertThat(actions(rotate(2, false).assess(orders.situation("out-2")))).hasSize(1);
  }

  @Test
  void aMemberIsOutOnlyWhenTheEndpointsSaySo() {
    orders.state("out-2", StepState.RUNNING).pod(2, "1.9", true, false);

    assertWaits(
        rotate(2, false).assess(orders.situation("out-2")),
        "orders-2 to leave the endpoints of orders");
    assertDone(rotate(2, false).assess(orders.notReached(2).situation("out-2")));
  }

  @Test
  void aMemberReturnsOnlyWhenItIsReady() {
    orders.upgraded(2).state("in-2", StepState.RUNNING).pod(2, "2.0", false, false).notReached(2);

    assertWaits(rotate(2, true).assess(orders.situation("in-2")), "orders-2 to be ready");
  }

  @Test
  void aMemberIsInOnlyWhenTheEndpointsSaySo() {
    orders.upgraded(2).state("in-2", StepState.RUNNING).notReached(2);

    assertWaits(
        rotate(2, true).assess(orders.situation("in-2")),
        "orders-2 to be among the endpoints of orders");
  }

  @Test
  void aReturnThatNoEndpointsHaveToldOfYetIsHeardOfBeforeItIsTakenBack() {
    orders.upgraded(2).takenBackBeforeItsEnd("in-2").notReached(2);

    assertWaits(
        rotate(2, true).assessUndo(orders.situation("in-2")),
        "orders-2 to be among the endpoints of orders, to leave them");
    assertThat(actions(rotate(2, true).assessUndo(orders.situation("in-2", Duration.ofMinutes(1)))))
        .hasSize(1);
  }

  @Test
  void aReturnThatWasConfirmedIsTakenBackAtOnce() {
    orders.upgraded(2).state("in-2", StepState.UNDOING).notReached(2);

    assertThat(actions(rotate(2, true).assessUndo(orders.situation("in-2")))).hasSize(1);
  }

  @Test
  void theWayBackDoesNotWaitForAServiceThatSomebodyElseKeepsSettingBack() {
    orders.upgraded(2).selects(PLAIN).pod(2, "2.0", true, false);
    orders.state("in-2", StepState.UNDOING);

    assertDone(rotate(2, true).assessUndo(orders.situation("in-2")));
  }

  @Test
  void theWayBackDoesNotWaitForAServiceThatSomebodyElseHasPointedElsewhere() {
    orders.selects(Map.of("app", "decoy")).notReached(0).notReached(1).notReached(2);
    orders.state("out-2", StepState.UNDOING);

    assertDone(rotate(2, false).assessUndo(orders.situation("out-2")));
  }

  // ---- upgrade

  @Test
  void aMemberIsNotUpgradedBeforeItsConnectionsHadTheirTime() {
    orders.upgrading(2).state("out-2", StepState.DONE);

    assertWaits(upgrade(2).assess(orders.situation("upgrade-2")), "open connections");
  }

  @Test
  void templateAndPartitionAreOneWrite() {
    JsonNode change =
        ((Action.StrategicPatch)
                only(upgrade(2).assess(orders.upgrading(2).situation("upgrade-2"))))
            .change();

    assertThat(change.at("/spec/template/spec/containers/0/image").asText())
        .isEqualTo("registry.example/orders:2.0");
    assertThat(change.at("/spec/updateStrategy/rollingUpdate/partition").asInt()).isEqualTo(2);
  }

  @Test
  void theNextMemberIsReachedByThePartitionAlone() {
    orders.upgraded(2).upgrading(1);

    JsonNode change =
        ((Action.StrategicPatch) only(upgrade(1).assess(orders.situation("upgrade-1")))).change();

    assertThat(change.at("/spec/template").isMissingNode()).isTrue();
    assertThat(change.at("/spec/updateStrategy/rollingUpdate/partition").asInt()).isEqualTo(1);
  }

  @Test
  void aMemberIsUpgradedWhenItsPodIsReadyOnTheNewRevisionAndTheControllerHasSeenTheTemplate() {
    orders.upgrading(2).template("2.0").partition(2);

    assertWaits(upgrade(2).assess(orders.situation("upgrade-2")), "ready on the new version");
    orders.pod(2, "2.0", false, false);
    assertWaits(upgrade(2).assess(orders.situation("upgrade-2")), "ready on the new version");
    orders.pod(2, "2.0", true, false);
    assertDone(upgrade(2).assess(orders.situation("upgrade-2")));
    assertWaits(upgrade(2).assess(orders.notObserved().situation("upgrade-2")), "ready");
  }

  @Test
  void aPartitionOfTheUsersComesBackWhenLostPodsWouldGetTheNewTemplateAndStays() {
    orders.recordedPartition(2).upgraded(2).upgraded(1).upgrading(0);
    orders.template("2.0").partition(0).pod(0, "2.0", true, false);

    assertWaits(upgrade(0).assess(orders.situation("upgrade-0")), "ready on the new version");
    Action.Replace write =
        (Action.Replace) only(upgrade(0).assess(orders.settled().situation("upgrade-0")));
    assertThat(write.values().get("/spec/updateStrategy").at("/rollingUpdate/partition").asInt())
        .isEqualTo(2);
    orders.partition(2).notObserved();
    assertWaits(upgrade(0).assess(orders.situation("upgrade-0")), "ready on the new version");
    assertDone(upgrade(0).assess(orders.observed().situation("upgrade-0")));
  }

  // ---- and back

  @Test
  void theOldTemplateIsPutBackWithOnDeleteSoThatNoPodIsReplacedByItself() {
    orders.upgraded(2).state("in-2", StepState.UNDONE, NOW.minus(DRAIN), 1);
    orders.state("upgrade-2", StepState.UNDOING);

    Action.Replace write =
        (Action.Replace) only(upgrade(2).assessUndo(orders.situation("upgrade-2")));

    assertThat(write.values().get("/spec/updateStrategy").get("type").asText())
        .isEqualTo("OnDelete");
    assertThat(write.values().get("/spec/template").at("/spec/containers/0/image").asText())
        .isEqualTo("registry.example/orders:1.9");
  }

  @Test
  void aPodOfTheNewVersionIsDeletedEvenWhenItIsBrokenAndOneOfTheOldIsNot() {
    orders.state("upgrade-2", StepState.UNDOING).partition(null).pod(2, "2.0", false, false);

    Action.Delete deletion =
        (Action.Delete) only(upgrade(2).assessUndo(orders.situation("upgrade-2")));

    assertThat(deletion.seen().getMetadata().getName()).isEqualTo("orders-2");
    orders.pod(2, "1.9", false, false);
    assertWaits(upgrade(2).assessUndo(orders.situation("upgrade-2")), "ready on the old version");
  }

  @Test
  void noPodIsDeletedBeforeTheControllerHasSeenTheOldTemplate() {
    orders.state("upgrade-2", StepState.UNDOING).partition(null).pod(2, "2.0", true, false);

    assertWaits(
        upgrade(2).assessUndo(orders.notObserved().situation("upgrade-2")),
        "have seen its template");
  }

  @Test
  void aPodIsDeletedOnlyWhenItsConnectionsHadTheirTime() {
    orders.state("upgrade-2", StepState.UNDOING).partition(null).pod(2, "2.0", true, false);
    orders.state("in-2", StepState.UNDONE);

    assertWaits(upgrade(2).assessUndo(orders.situation("upgrade-2")), "open connections");
    assertThat(only(upgrade(2).assessUndo(orders.situation("upgrade-2", DRAIN))))
        .isInstanceOf(Action.Delete.class);
  }

  @Test
  void theUpdateStrategyComesBackWithTheLastMemberAndNotBefore() {
    orders.partition(null).state("upgrade-2", StepState.UNDOING);
    orders.state("upgrade-1", StepState.UNDOING);

    assertDone(upgrade(1).assessUndo(orders.situation("upgrade-1")));
    orders.state("upgrade-1", StepState.UNDONE);
    Action.Replace write =
        (Action.Replace) only(upgrade(2).assessUndo(orders.situation("upgrade-2")));
    assertThat(write.values().get("/spec/updateStrategy").get("type").asText())
        .isEqualTo("RollingUpdate");
  }

  @Test
  void theUpdateStrategyStaysWhenItIsBackThoughTheControllerHasNotSeenIt() {
    orders.state("upgrade-2", StepState.UNDOING).notObserved();

    assertWaits(upgrade(2).assessUndo(orders.situation("upgrade-2")), "have seen its template");
    assertThat(new InPlaceFixture().state("upgrade-2", StepState.UNDOING).noPod(2))
        .satisfies(
            missing ->
                assertWaits(
                    upgrade(2).assessUndo(missing.situation("upgrade-2")),
                    "ready on the old version"));
  }

  @Test
  void nothingIsDestroyedWhenTheBackupWasNeverMade() {
    orders.withBackupAndRestore().upgraded(2).state("backup-2", StepState.FAILED);
    orders.state("upgrade-2", StepState.UNDOING);

    assertFails(
        upgrade(2).assessUndo(orders.situation("upgrade-2", DRAIN)),
        Reason.BACKUP_MISSING,
        "orders-2 stays on the new version",
        "kubectl delete migration/");
  }

  @Test
  void aMemberThatCanNotBeRestoredStaysInRotation() {
    orders.withBackupAndRestore().upgraded(2).state("backup-2", StepState.FAILED);
    orders.state("in-2", StepState.UNDOING);

    assertFails(
        rotate(2, true).assessUndo(orders.situation("in-2")),
        Reason.BACKUP_MISSING,
        "orders-2 stays on the new version, in rotation",
        "kubectl delete migration/shop-2-0 --namespace=shop");
  }

  @Test
  void whatHoldsTheWayBackUpIsNamedWithTheCommandThatLetsItServe() {
    orders.withBackupAndRestore().upgraded(2).upgraded(1).backward();
    orders.pod(2, "1.9", true, false).notReached(2).state("in-1", StepState.UNDOING);

    assertWaits(
        rotate(1, true).assessUndo(orders.situation("in-1")),
        "without orders-1 1 would be in rotation",
        "kubectl label pod orders-2 --namespace=shop godwit.dev/rotation=in");
  }

  @Test
  void noOtherPodIsDeletedWhileOneIsMissing() {
    orders.state("upgrade-2", StepState.UNDOING).partition(null).noPod(2);

    assertWaits(upgrade(2).assessUndo(orders.situation("upgrade-2")), "ready on the old version");
  }

  @Test
  void aTemplateThatSomebodyElseHasBroughtMeanwhileIsNotTakenForOurs() {
    orders.upgrading(2).template("3.0");

    assertFails(
        upgrade(2).assess(orders.situation("upgrade-2")),
        Reason.WORKLOAD_CHANGED,
        "was changed by somebody else");
  }

  @Test
  void aMemberThatIsNotReadyInTimeFails() {
    orders.upgrading(2).template("2.0").partition(2).pod(2, "2.0", false, false);

    assertWaits(
        upgrade(2).assess(orders.situation("upgrade-2", DEADLINE.minusSeconds(1))), "to be ready");
    assertFails(
        upgrade(2).assess(orders.situation("upgrade-2", DEADLINE)),
        Reason.DEADLINE_EXCEEDED,
        "orders-2 did not become ready on the new version in time");
  }

  private MemberBackup saved() {
    return backup(2).orElseThrow();
  }

  private GenericKubernetesResource begun() {
    Action.Create create = (Action.Create) only(saved().assess(orders.situation("backup-2")));
    return (GenericKubernetesResource) create.object();
  }

  private static GenericKubernetesResource ready(GenericKubernetesResource snapshot) {
    snapshot.setAdditionalProperty("status", Map.of("readyToUse", true));
    return snapshot;
  }

  @Test
  void aSnapshotOfAClaimIsWaitedForUntilItsTimeIsOver() {
    orders.withVolumeSnapshots().state("backup-2", StepState.RUNNING);
    GenericKubernetesResource snapshot = begun();
    orders.volumeSnapshot(snapshot);

    assertWaits(saved().assess(orders.situation("backup-2")), "VolumeSnapshot", "to be ready");
    assertFails(
        saved().assess(orders.situation("backup-2", Duration.ofHours(1))),
        Reason.DEADLINE_EXCEEDED,
        "waited in vain for VolumeSnapshot");
    orders.volumeSnapshot(ready(snapshot));
    assertDone(saved().assess(orders.situation("backup-2")));
  }

  @Test
  void aSnapshotThatIsGoneOrWasNeverReadyIsNoneToRestoreFrom() {
    orders.withVolumeSnapshots().state("backup-2", StepState.RUNNING);
    GenericKubernetesResource snapshot = begun();
    orders.upgraded(2).volumeSnapshot(ready(snapshot));
    orders.noted("backup-2", saved().preImage(orders.situation().seen()));

    assertThat(saved().missing(orders.situation())).isEmpty();
    assertThat(saved().missing(orders.withoutVolumeSnapshots().situation()))
        .hasValueSatisfying(why -> assertThat(why).contains("VolumeSnapshot", "is gone"));
  }

  @Test
  void aTemplateThatWasNotRecordedIsLeftToAPerson() {
    orders.upgraded(2).withoutSnapshot().state("upgrade-2", StepState.UNDOING);

    assertFails(
        upgrade(2).assessUndo(orders.situation("upgrade-2", DRAIN)),
        Reason.BACKUP_MISSING,
        "ControllerRevision",
        "Put it back by hand: kubectl patch statefulset/orders",
        "OnDelete",
        "&& kubectl rollout undo statefulset/orders");
  }

  @Test
  void aLostRecordDoesNotLeaveAnUpdateStrategyOfOurs() {
    orders.withoutSnapshot().partition(null).state("upgrade-2", StepState.UNDOING);

    Action.Replace write =
        (Action.Replace) only(upgrade(2).assessUndo(orders.situation("upgrade-2")));

    assertThat(write.values().get("/spec/updateStrategy").get("type").asText())
        .isEqualTo("RollingUpdate");
  }

  @Test
  void aWorkloadThatIsGoneIsToBeCreatedAgain() {
    orders.withoutWorkload().state("upgrade-2", StepState.UNDOING);

    assertFails(
        upgrade(2).assessUndo(orders.situation("upgrade-2")),
        Reason.BLUE_DELETED,
        "create it again");
  }

  @Test
  void whatWasSavedIsRestoredOfAMemberWhoseUpgradeWasBegunAndOfNoOther() {
    orders.withBackupAndRestore().state("backup-2", StepState.UNDOING);
    MemberBackup saved = backup(2).orElseThrow();

    assertDone(saved.assessUndo(orders.situation("backup-2")));
    orders.state("upgrade-2", StepState.UNDONE);
    Job job = (Job) ((Action.Create) only(saved.assessUndo(orders.situation("backup-2")))).object();
    assertThat(job.getMetadata().getName()).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    orders.job(ended(job, "Failed"));
    assertFails(
        saved.assessUndo(orders.situation("backup-2")),
        Reason.RESTORE_FAILED,
        "stays out of rotation",
        "run it again: kubectl delete job/" + job.getMetadata().getName());
    orders.job(ended(job, "Complete"));
    assertDone(saved.assessUndo(orders.situation("backup-2")));
  }

  private static Job ended(Job job, String how) {
    return new JobBuilder(job)
        .withNewStatus()
        .addNewCondition()
        .withType(how)
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }
}
