package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Application and schema in one migration, with one way back. */
@EndToEnd
class SchemaStageIT {

  private static final KubernetesSerialization API = new KubernetesSerialization();

  private static final String VERSIONS =
      """
          database: {secretRef: {name: orders-db}}
          mode: Staged
          allowDestructive: true
          versions:
          - version: "1"
            up: create table orders (id int primary key, total int)
            down: drop table orders
          - version: "2"
            up: alter table orders add column cents bigint
            verify: select count(*) = 1 from information_schema.columns where column_name = 'cents'
            down: alter table orders drop column cents
          - version: "3"
            up: alter table orders drop column total
      """;

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  /** Version 1 is there; 2 is added for the new version, and 3 when the old one is gone. */
  private PostgreSql database() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table orders (id int primary key, total int)");
    stage("expand", "2");
    stage("contract", "3");
    return database;
  }

  private void stage(String name, String to) {
    sandbox.create(
        API.unmarshal(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: SchemaMigration
            metadata: {name: %s}
            spec:
            %s    to: "%s"
                baseline: {version: "1"}
            """
                .formatted(name, VERSIONS, to),
            SchemaMigration.class));
  }

  private Resource<SchemaMigration> handle(String name) {
    return LocalCluster.CLIENT
        .resources(SchemaMigration.class)
        .inNamespace(sandbox.namespace())
        .withName(name);
  }

  private SchemaMigrationStatus until(String name, String type) {
    return Eventually.until(
            handle(name),
            name + " to report " + type,
            seen ->
                seen != null
                    && seen.getStatus() != null
                    && seen.getStatus().conditions().stream()
                        .anyMatch(
                            one -> one.getType().equals(type) && one.getStatus().equals("True")))
        .getStatus();
  }

  private static MigrationFixture migration(Application app) {
    return MigrationFixture.toV2(app).expand("expand").contract("contract");
  }

  private void isLetGo(String name) {
    // It lets itself go when it hears that nobody waits for it.
    SchemaMigration schema =
        Eventually.until(
            handle(name),
            name + " to have no finalizer",
            seen -> seen != null && seen.getMetadata().getFinalizers().isEmpty());
    assertThat(schema.getMetadata().getLabels()).doesNotContainKey("godwit.dev/migration");
    assertThat(schema.getMetadata().getAnnotations()).doesNotContainKey("godwit.dev/wanted");
  }

  @Test
  void theSchemaIsExpandedBeforeAndContractedAfterwards() {
    PostgreSql database = database();
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    assertThat(until("expand", "Ready").phase()).isEqualTo("Staged");

    Run run = sandbox.start(migration(app).monitor("5s"));
    RollbackIT.onGreen(run, load);
    until("expand", "StandingBy");
    assertThat(handle("contract").get().getStatus().phase()).isEqualTo("Staged");
    database.holds(
        "(select count(*) from information_schema.columns where table_name = 'orders') = 3");
    run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(until("expand", "Succeeded").current()).isEqualTo("2");
    assertThat(until("contract", "Succeeded").current()).isEqualTo("3");
    database.holds(
        "(select string_agg(column_name, ',' order by column_name) from"
            + " information_schema.columns where table_name = 'orders') = 'cents,id'");
    isLetGo("expand");
    isLetGo("contract");
  }

  @Test
  void aMigrationThatGoesBackTakesItsSchemaAlong() {
    PostgreSql database = database();
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(migration(app).monitor("1h"));
    RollbackIT.onGreen(run, load);

    run.abort();
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    load.stop().lostNothing();
    SchemaMigrationStatus expand = until("expand", "RolledBack");
    assertThat(expand.current()).isEqualTo("1");
    assertThat(expand.failure().reason()).isEqualTo("MigrationWentBack");
    assertThat(until("expand", "SchemaRestored")).isNotNull();
    assertThat(Run.step(status, "schema-expand").undoneAt())
        .isAfterOrEqualTo(Run.step(status, "shop/deploy").undoneAt());
    database.holds(
        "(select string_agg(column_name, ',' order by column_name) from"
            + " information_schema.columns where table_name = 'orders') = 'id,total'");
    isLetGo("expand");
    assertThat(handle("contract").get().getStatus().phase()).isEqualTo("Staged");
    sandbox.snapshot().withoutSchemas().isSameAs(before);
  }

  /** Whoever takes the schema back does not take it from under those who use it. */
  @Test
  void aSchemaThatIsDeletedWaitsUntilTrafficIsBack() {
    PostgreSql database = database();
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(migration(app).monitor("1h"));
    RollbackIT.onGreen(run, load);

    handle("expand").delete();
    MigrationStatus status = run.rollsBack();
    Eventually.gone(handle("expand"), "expand to be gone");
    load.awaitMore();

    load.stop().lostNothing();
    assertThat(status.failure().reason()).isEqualTo("SchemaWithdrawn");
    Instant trafficBack = Run.step(status, "shop/switch").undoneAt();
    assertThat(Run.step(status, "schema-expand").undoStartedAt()).isAfterOrEqualTo(trafficBack);
    database.holds(
        "(select string_agg(column_name, ',' order by column_name) from"
            + " information_schema.columns where table_name = 'orders') = 'id,total'");
  }

  /** What is wrong with the schema is found before anything else is touched. */
  @Test
  void aSchemaThatFailsEndsTheMigrationBeforeAnythingIsDeployed() {
    PostgreSql database = database();
    database.execute("alter table orders add column cents int");
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();

    MigrationStatus status = sandbox.start(migration(app)).rollsBack();

    assertThat(status.failure().reason()).isEqualTo("SchemaFailed");
    assertThat(status.failure().message())
        .contains(
            "SchemaMigration expand", "column \"cents\" of relation \"orders\" already exists");
    assertThat(Run.step(status, "shop/deploy").startedAt()).isNull();
    until("expand", "RolledBack");
    isLetGo("expand");
    sandbox.snapshot().withoutSchemas().isSameAs(before);
  }
}
