package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.ApprovalState;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalSpec;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnTimeout;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.StepState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gates, answered by real users with certificates of their own. */
@EndToEnd
class ApprovalIT {

  private static final String GROUP = Migration.GROUP;
  private static final String STEP = "approval-before-switch";

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  private Person person(String name) {
    return sandbox.closing(Person.named(name));
  }

  /** Somebody who may do by hand what a migration does, and may migrate. */
  private Person developer(String name) {
    String namespace = sandbox.namespace();
    return person(name)
        .may(namespace, GROUP, "migrations", "create", "get", "patch")
        .may(namespace, "apps", "deployments", "patch")
        .may(namespace, "", "services", "patch");
  }

  private Person approver(String name) {
    return person(name).may(sandbox.namespace(), GROUP, "migrationapprovals", "create", "get");
  }

  private static Gates goLive(boolean separation) {
    return new Gates(
        new Gate(new Gate.Approval("go-live", "10m", OnTimeout.FAIL, separation), null, null),
        null,
        null);
  }

  private MigrationApproval answer(
      String name, String gate, ApprovalDecision decision, String planHash, String by) {
    MigrationApproval answer = new MigrationApproval();
    answer.getMetadata().setName(name);
    answer.getMetadata().setNamespace(sandbox.namespace());
    answer.setSpec(
        new MigrationApprovalSpec(
            MigrationKind.MIGRATION, "upgrade", gate, decision, "as agreed", planHash, by));
    return answer;
  }

  private MigrationApproval yes(String by, String planHash) {
    return answer("yes-of-" + by, "go-live", ApprovalDecision.APPROVE, planHash, by);
  }

  private static <T extends HasMetadata> void creates(Person person, T object) {
    person.client().resource(object).create();
  }

  private static void isRefused(Person person, HasMetadata object, String... words) {
    assertThatThrownBy(() -> creates(person, object))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refusal -> {
              assertThat(refusal.getCode()).isEqualTo(403);
              assertThat(refusal.getStatus().getMessage()).contains(words);
            });
  }

  private Migration migration(MigrationFixture fixture) {
    Migration migration = fixture.build();
    migration.getMetadata().setNamespace(sandbox.namespace());
    return migration;
  }

  private MigrationApproval said(String name, ApprovalState state) {
    return Eventually.until(
        LocalCluster.CLIENT
            .resources(MigrationApproval.class)
            .inNamespace(sandbox.namespace())
            .withName(name),
        "MigrationApproval " + name + " to be " + state,
        answer ->
            answer != null && answer.getStatus() != null && answer.getStatus().state() == state);
  }

  @Test
  void trafficMovesWhenSomebodyElseThanTheCreatorHasSaidYesUnderTheirOwnName() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Person alice =
        developer("alice").may(sandbox.namespace(), GROUP, "migrationapprovals", "create");
    Person bob = approver("bob");
    Load load = sandbox.closing(Load.on(app));
    MigrationFixture wish = MigrationFixture.toV2(app).gates(goLive(true));

    isRefused(alice, migration(wish.createdBy(bob.user())), "must be the user that creates this");
    creates(alice, migration(wish.createdBy(alice.user())));
    Run run = sandbox.run(wish.name());
    MigrationStatus waiting = run.reports("AwaitingApproval", "True");
    String plan = waiting.planHash();
    assertThat(waiting.message())
        .contains("gate: go-live", "planHash: " + plan, "by somebody other than " + alice.user());
    load.awaitVersion(V1);

    isRefused(alice, yes(alice.user(), plan), "somebody else must answer");
    isRefused(alice, yes(bob.user(), plan), "denied request");
    isRefused(bob, yes(alice.user(), plan), "must be the user that applies this");
    assertThat(Run.step(run.status(), "shop/switch").state()).isEqualTo(StepState.PENDING);
    creates(bob, yes(bob.user(), plan));
    MigrationStatus done = run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(Run.step(done, STEP).message()).contains("approved by " + bob.user(), "as agreed");
    assertThat(Run.is(done, "AwaitingApproval", "False")).isTrue();
    assertThat(said("yes-of-" + bob.user(), ApprovalState.ACCEPTED).getStatus().message())
        .contains("approved by " + bob.user());
    assertThat(run.events()).containsOnlyOnce("AwaitingApproval", "GatePassed");
  }

  @Test
  void whatDoesNotCountSaysWhyAndANoTakesEverythingBack() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Person bob = approver("bob");
    Run run = sandbox.start(MigrationFixture.toV2(app).gates(goLive(false)));
    String plan = run.reports("AwaitingApproval", "True").planHash();

    creates(
        bob, answer("old", "go-live", ApprovalDecision.APPROVE, "0123456789abcdef", bob.user()));
    creates(bob, answer("gate", "go-life", ApprovalDecision.APPROVE, plan, bob.user()));
    assertThat(said("old", ApprovalState.VOID).getStatus().message())
        .contains("given for plan 0123456789abcdef", plan);
    assertThat(said("gate", ApprovalState.VOID).getStatus().message())
        .contains("no gate go-life: it has go-live");
    run.until("the void answer to be named", status -> status.message().contains("old does not"));
    assertThatThrownBy(
            () ->
                LocalCluster.CLIENT
                    .resources(MigrationApproval.class)
                    .inNamespace(sandbox.namespace())
                    .withName("old")
                    .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"planHash\":\"" + plan + "\"}}"))
        .hasMessageContaining("an approval can't be changed");

    creates(bob, answer("no", "go-live", ApprovalDecision.DENY, plan, bob.user()));
    MigrationStatus status = run.rollsBack();

    assertThat(status.failure().reason()).isEqualTo("ApprovalDenied");
    assertThat(status.failure().message()).contains("denied by " + bob.user());
    said("no", ApprovalState.ACCEPTED);
    endpoints.wasNeverEmpty().neverHeld("shop-green");
    for (String name : List.of("old", "gate", "no")) {
      LocalCluster.CLIENT
          .resources(MigrationApproval.class)
          .inNamespace(sandbox.namespace())
          .withName(name)
          .delete();
    }
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void aMigrationIsForThoseWhoMayDoTheSameByHand() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    String namespace = sandbox.namespace();
    Person carol = person("carol").may(namespace, GROUP, "migrations", "create", "get", "patch");
    Person dave = developer("dave");
    Migration wish = migration(MigrationFixture.toV2(app).gates(goLive(false)));

    isRefused(carol, wish, carol.user() + " may not patch deployments.apps in namespace");
    carol.may(namespace, "apps", "deployments", "patch");
    isRefused(carol, wish, carol.user() + " may not patch services in namespace");
    isRefused(
        dave,
        migration(MigrationFixture.toV2(app).test(MigrationFixture.job("a", "image", "true"))),
        "may not create jobs.batch in namespace");
    isRefused(
        dave,
        migration(MigrationFixture.toV2(app).test(DataIT.totals("orders-db"))),
        "may not create jobs.batch in namespace");

    creates(dave, wish);
    Run run = sandbox.run("upgrade");
    run.reports("AwaitingApproval", "True");
    assertThatThrownBy(() -> abort(carol)).hasMessageContaining("may not patch services");
    abort(dave);
    run.rollsBack();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "workload": {"kind": "StatefulSet", "name": "a"} | | replicasets | patch statefulsets.apps
          "workload": {"kind": "Deployment", "name": "a"} | , "performance": {"requests": [{"path": "/"}], "rate": 10} | statefulsets | create jobs.batch
          "workload": {"kind": "Deployment", "name": "a"}, "backup": {"job": {"image": "b"}} | | statefulsets | create jobs.batch
          "workload": {"kind": "StatefulSet", "name": "a"}, "backup": {"volumeSnapshot": {}}, "restore": {"job": {"image": "b"}} | | statefulsets | create jobs.batch
          """)
  void whatAMigrationDoesBesidesNeedsItsRightToo(
      String service, String settings, String mayPatch, String right) {
    isRefused(
        developer("erin").may(sandbox.namespace(), "apps", mayPatch, "patch"),
        migration(service, settings == null ? "" : settings, ""),
        "may not " + right + " in namespace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "versions": [{"version": "1", "up": "select 1"}] | apps | deployments | patch | create jobs.batch
          "versionsFrom": [{"configMap": "a"}] | batch | jobs | create | get configmaps
          """)
  void aSchemaMigrationIsForThoseWhoMayDoTheSameByHand(
      String versions, String group, String resource, String verb, String right) {
    String namespace = sandbox.namespace();
    Person frank =
        person("frank")
            .may(namespace, GROUP, "schemamigrations", "create")
            .may(namespace, group, resource, verb);
    SchemaMigration wish = schema("PlanOnly", versions);

    isRefused(frank, wish, frank.user() + " may not " + right + " in namespace");
  }

  @Test
  void aStageIsForThoseWhoMaySetItGoingByHand() {
    String namespace = sandbox.namespace();
    Person grace = developer("grace");
    String service = "\"workload\": {\"kind\": \"Deployment\", \"name\": \"a\"}";
    Migration wish =
        migration(
            service, "", ", \"schemas\": [{\"migration\": \"a\", \"when\": \"BeforeDeploy\"}]");
    String stages = Serialization.asJson(wish.getSpec().schemas());

    isRefused(grace, wish, grace.user() + " may not create jobs.batch in namespace");
    grace.may(namespace, "batch", "jobs", "create");
    isRefused(grace, wish, grace.user() + " may not patch schemamigrations.godwit.dev in");
    creates(grace, migration(service, "", ""));
    assertThatThrownBy(
            () -> patch(grace, Migration.class, "{\"spec\":{\"schemas\":" + stages + "}}"))
        .hasMessageContaining("may not patch schemamigrations.godwit.dev in");

    grace.may(namespace, GROUP, "schemamigrations", "patch");
    patch(grace, Migration.class, "{\"spec\":{\"schemas\":" + stages + "}}");
  }

  /** The value is no wish that is known: the SchemaMigration goes on to wait. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"annotations\": {\"godwit.dev/wanted\": \"a\"}",
        "\"labels\": {\"godwit.dev/migration\": \"a\"}",
        "\"annotations\": {\"godwit.dev/wanted\": null}",
        "\"labels\": {\"godwit.dev/migration\": null}"
      })
  void whoSetsTheMarksOfAMigrationByHandAsksForTheSame(String mark) {
    String namespace = sandbox.namespace();
    SchemaMigration waiting = schema("Staged", "\"versionsFrom\": [{\"configMap\": \"a\"}]");
    waiting.getMetadata().setAnnotations(Map.of("godwit.dev/wanted", "nothing"));
    waiting.getMetadata().setLabels(Map.of("godwit.dev/migration", "nobody"));
    sandbox.create(waiting);
    Person heidi = person("heidi").may(namespace, GROUP, "schemamigrations", "get", "patch");
    String marks = "{\"metadata\": {" + mark + "}}";

    patch(heidi, SchemaMigration.class, "{\"metadata\": {\"labels\": {\"team\": \"shop\"}}}");
    assertThatThrownBy(() -> patch(heidi, SchemaMigration.class, marks))
        .hasMessageContaining(heidi.user() + " may not create jobs.batch in namespace");
    heidi.may(namespace, "batch", "jobs", "create");
    assertThatThrownBy(() -> patch(heidi, SchemaMigration.class, marks))
        .hasMessageContaining(heidi.user() + " may not get configmaps in namespace");
    heidi.may(namespace, "", "configmaps", "get");
    patch(heidi, SchemaMigration.class, marks);
  }

  private <T extends HasMetadata> void patch(Person person, Class<T> kind, String change) {
    person
        .client()
        .resources(kind)
        .inNamespace(sandbox.namespace())
        .withName("upgrade")
        .patch(PatchContext.of(PatchType.JSON_MERGE), change);
  }

  private SchemaMigration schema(String mode, String versions) {
    return Serialization.unmarshal(
        """
        {"apiVersion": "godwit.dev/v1alpha1", "kind": "SchemaMigration",
         "metadata": {"name": "upgrade", "namespace": "%s"},
         "spec": {"database": {"secretRef": {"name": "a"}}, "mode": "%s", %s}}
        """
            .formatted(sandbox.namespace(), mode, versions),
        SchemaMigration.class);
  }

  /** A service without a workload of that name: nothing of it ever begins. */
  private Migration migration(String service, String settings, String more) {
    Migration migration =
        Serialization.unmarshal(
            """
            {"apiVersion": "godwit.dev/v1alpha1", "kind": "Migration", "metadata": {"name": "upgrade"},
             "spec": {"to": "2", "services": [{"name": "a", "image": "a:2", %s}],
                      "strategy": {"rolling": {"monitor": "1m" %s}} %s}}
            """
                .formatted(service, settings, more),
            Migration.class);
    migration.getMetadata().setNamespace(sandbox.namespace());
    return migration;
  }

  @Test
  void whoCreatedAMigrationMayAnswerItsGateWhereNobodyElseMust() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Person alice =
        developer("alice").may(sandbox.namespace(), GROUP, "migrationapprovals", "create");
    creates(
        alice, migration(MigrationFixture.toV2(app).gates(goLive(false)).createdBy(alice.user())));
    Run run = sandbox.run("upgrade");
    String plan = run.reports("AwaitingApproval", "True").planHash();

    creates(alice, yes(alice.user(), plan));
    MigrationStatus done = run.succeeds();

    assertThat(Run.step(done, STEP).message()).contains("approved by " + alice.user());
  }

  /** Between services a gate has a name for each turn. */
  @Test
  void whoCreatedAMigrationAnswersNoTurnOfAGateThatSomebodyElseMust() {
    Person alice =
        developer("alice").may(sandbox.namespace(), GROUP, "migrationapprovals", "create");
    Person bob = approver("bob");
    String gates =
        """
        , "gates": {"betweenServices": {"approval":
          {"name": "next", "timeout": "10m", "onTimeout": "Fail", "separationOfDuties": true}}}
        """;
    String createdBy = ", \"createdBy\": \"" + alice.user() + "\"";
    creates(
        alice,
        migration("\"workload\": {\"kind\": \"Deployment\", \"name\": \"a\"}", gates, createdBy));

    isRefused(
        alice,
        answer("mine", "next-1", ApprovalDecision.APPROVE, "0123456789abcdef", alice.user()),
        "whose gate next-1 has separationOfDuties");
    creates(
        bob, answer("yours", "next-1", ApprovalDecision.APPROVE, "0123456789abcdef", bob.user()));
  }

  private void abort(Person person) {
    person
        .client()
        .resources(Migration.class)
        .inNamespace(sandbox.namespace())
        .withName("upgrade")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"abort\":true}}");
  }
}
