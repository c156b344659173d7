package dev.godwit.operator.preflight;

import static dev.godwit.operator.preflight.NamespaceFixture.inPlace;
import static dev.godwit.operator.preflight.NamespaceFixture.savingClaims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.ServicePlan.InPlace;
import dev.godwit.operator.preflight.PreflightFacts.VolumeFacts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is checked of workloads that are upgraded in place. */
class InPlacePreflightTest {

  private static final WorkloadKind SET = WorkloadKind.STATEFUL_SET;

  private final NamespaceFixture namespace =
      NamespaceFixture.namespace().statefulSet("orders", 3).asks("orders", asked(null));

  private static dev.godwit.api.v1alpha1.ServiceSpec asked(Integer minAvailable) {
    return inPlace(SET, "orders", null, minAvailable);
  }

  private void assertProblem(String field, String... words) {
    assertThat(namespace.check().problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.field()).isEqualTo(field);
              assertThat(problem.message()).contains(words);
            });
  }

  private void assertPasses() {
    assertThat(namespace.check().problems()).isEmpty();
  }

  private InPlace frozen() {
    assertPasses();
    return namespace.check().services().getFirst().inPlace().orElseThrow();
  }

  @Test
  void allButOneOfTheMembersStayInRotation() {
    assertThat(frozen()).isEqualTo(new InPlace(3, 0, 2, Map.of("app", "orders"), List.of()));
  }

  @Test
  void membersAreCountedFromTheFirstOrdinal() {
    namespace.statefulSet("orders", set -> set.editSpec().withNewOrdinals(5).endSpec());

    assertThat(frozen().firstOrdinal()).isEqualTo(5);
  }

  @Test
  void moreThanStayInRotationCanNotBeAskedFor() {
    namespace.asks("orders", asked(3));

    assertProblem(
        "spec.services[0].minAvailable",
        "StatefulSet orders has 3 replicas",
        "3 - 1 = 2 in rotation, and minAvailable is 3",
        "set minAvailable to 2");
  }

  @Test
  void aSingleReplicaNeedsConsentToAnInterruption() {
    namespace.statefulSet("orders", 1);

    assertProblem(
        "spec.services[0].minAvailable",
        "has 1 replica",
        "1 - 1 = 0 in rotation, and minAvailable is 1",
        "set minAvailable to 0, which accepts that nobody serves meanwhile");
    namespace.asks("orders", asked(0));
    assertThat(frozen().minAvailable()).isZero();
  }

  @Test
  void onDeleteIsRefused() {
    namespace.statefulSet(
        "orders",
        set ->
            set.editSpec().editUpdateStrategy().withType("OnDelete").endUpdateStrategy().endSpec());

    assertProblem("spec.services[0].workload", "OnDelete", "RollingUpdate");
  }

  @Test
  void anAutoscalerThatMayScaleMeanwhileIsRefused() {
    namespace.autoscalerOfSet("orders", 2, 5);

    assertProblem("spec.services[0].workload", "HorizontalPodAutoscaler orders may scale");
  }

  @Test
  void anAutoscalerThatCanNotScaleIsFine() {
    namespace.autoscalerOfSet("orders", 3, 3);

    assertPasses();
  }

  @Test
  void aServiceOfTheNameThatIsNeededIsNamed() {
    namespace.service("rotation-orders", Map.of("app", "jukebox"));

    assertProblem("spec.services[0].workload", "Service rotation-orders exists already");
  }

  @Test
  void aQuotaMustLeaveRoomForTheServiceThatShowsWhoIsInRotation() {
    namespace.quota("services", "5", "5");

    assertProblem("spec.services", "ResourceQuota limits", "services needed 1, free 0");
  }

  @Test
  void suchServicesOfOneTurnAfterTheOtherNeedRoomForOneOnly() {
    namespace.statefulSet("users", 3).service("users", Map.of("app", "users"));
    namespace.asks("users", inPlace(SET, "users", null, null));
    namespace.quota("services", "5", "4");

    assertPasses();
  }

  @Test
  void aQuotaOfPodsIsNoMatterSinceNoneAreAdded() {
    namespace.quota("pods", "3", "3");

    assertPasses();
  }

  @Test
  void aHeadlessServiceLeadsToMembersThatAreOutOfRotationToo() {
    namespace
        .service("orders-members", Map.of("app", "orders"))
        .service("orders-members", members -> members.editSpec().withClusterIP("None").endSpec());

    assertPasses();
    assertThat(namespace.check().warnings())
        .singleElement()
        .asString()
        .contains(
            "Service orders-members selects the pods of StatefulSet orders",
            "leads to members that are out of rotation, too");
  }

  // ---- workloads behind one Service

  private NamespaceFixture cells(String... others) {
    NamespaceFixture cells = NamespaceFixture.namespace();
    cells.deployment("orders", Map.of("pool", "shop", "app", "orders"));
    for (String other : others) {
      cells.deployment(other, Map.of("pool", "shop", "app", other));
    }
    cells.service("shop", Map.of("pool", "shop"));
    return cells.asks("orders", inPlace(WorkloadKind.DEPLOYMENT, "orders", "shop", null));
  }

  @Test
  void theOtherWorkloadsBehindASharedServiceAreItsPeers() {
    PreflightResult result = cells("south", "west").check();

    assertThat(result.problems()).isEmpty();
    assertThat(result.services().getFirst().inPlace())
        .contains(
            new InPlace(
                0, 0, 2, Map.of("pool", "shop"), List.of("Deployment/south", "Deployment/west")));
  }

  @Test
  void aSharedServiceWithoutPeersLeavesNobodyToServe() {
    assertThat(cells().check().problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.message())
                    .contains("upgraded as a whole", "behind Service shop are 1 workloads"));
  }

  @Test
  void aPeerThatIsScaledToZeroDoesNotCount() {
    NamespaceFixture cells =
        cells("south").deployment("south", south -> south.editSpec().withReplicas(0).endSpec());

    assertThat(cells.check().problems())
        .extracting(PreflightResult.Problem::field)
        .containsExactly("spec.services[0].minAvailable");
  }

  // ---- snapshots of claims

  private static VolumeFacts facts(
      boolean known, boolean mayList, String className, boolean isDefault, String driver) {
    return new VolumeFacts(
        known,
        mayList,
        className == null ? Map.of() : Map.of(className, "csi.example"),
        isDefault ? Set.of(className) : Set.of(),
        driver == null
            ? Map.of()
            : Map.of("data-orders-0", driver, "data-orders-1", driver, "data-orders-2", driver));
  }

  private void assertVolumeProblem(String className, VolumeFacts facts, String... words) {
    namespace.asks("orders", savingClaims("orders", className)).volumes(facts);
    assertProblem("spec.services[0].backup.volumeSnapshot", words);
  }

  @Test
  void claimsAreSavedByTheDefaultClassOfTheirDriver() {
    namespace
        .asks("orders", savingClaims("orders", null))
        .volumes(facts(true, true, "fast", true, "csi.example"));

    assertPasses();
  }

  @Test
  void aClusterWithoutTheApiOfVolumeSnapshotsIsNamed() {
    assertVolumeProblem(
        null, facts(false, true, null, false, null), "install the CSI snapshot controller");
  }

  @Test
  void aClassThatDoesNotExistIsNamed() {
    assertVolumeProblem(
        "slow",
        facts(true, true, "fast", true, "csi.example"),
        "VolumeSnapshotClass slow does not exist");
  }

  @Test
  void aClassOfAnotherDriverIsNamed() {
    assertVolumeProblem(
        "fast",
        facts(true, true, "fast", true, "other.example"),
        "VolumeSnapshotClass fast is of another driver than other.example");
  }

  @Test
  void aDriverWithoutADefaultClassIsNamed() {
    assertVolumeProblem(
        null,
        facts(true, true, "fast", false, "csi.example"),
        "no VolumeSnapshotClass is the default of csi.example");
  }

  @Test
  void aClaimWithoutADriverIsNamed() {
    assertVolumeProblem(
        null,
        facts(true, true, "fast", true, null),
        "PersistentVolumeClaim data-orders-0 has no storage class with a CSI driver");
  }

  @Test
  void aClassMustBeNamedWhereTheOperatorMayNotListThem() {
    assertVolumeProblem(null, facts(true, false, null, false, "csi.example"), "set className");
    namespace.asks("orders", savingClaims("orders", "fast"));
    assertPasses();
  }

  @Test
  void aStatefulSetWithoutClaimsHasNothingToSave() {
    namespace.statefulSet("orders", set -> set.editSpec().withVolumeClaimTemplates().endSpec());
    assertVolumeProblem(
        null, facts(true, true, "fast", true, "csi.example"), "there is nothing to save");
  }
}
