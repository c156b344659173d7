package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Schemas.is;
import static dev.godwit.operator.e2e.Schemas.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A database that others use by a role of their own, who are kept out while it is migrated, and
 * find it as it was when that fails.
 */
@EndToEnd
class SchemaRestoreIT {

  private static final String APPLICATION = "shop";

  private static final String SPEC =
      """
      allowDestructive: true
      onFailure: Restore
      backup:
        policy: Always
        image: localhost/database:local
        claim: {name: orders-backups}
      baseline: {version: "1"}
      versions:
      - {version: "1", up: "select 1"}
      - version: "2"
        up: |
          drop table orders cascade;
          create table extra (id int references customers);
          drop function total();
          alter default privileges in schema public revoke all on tables from shop;
      """;

  private static final String SETTLES = SPEC + "settle: 1h\n";

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  private PostgreSql database;

  @BeforeEach
  void aDatabaseInUse() {
    database = PostgreSql.in(sandbox.namespace());
    database.executeAsSuperuser(
        "create role shop login password 'only-for-tests'; grant pg_signal_backend to orders");
    database.execute(
        """
        create table customers (id int primary key);
        create table orders (
          id bigserial primary key, note text, tags jsonb, customer int references customers,
          at timestamptz default now());
        create index on orders (note);
        create view notes as select note from orders;
        create function total() returns bigint language sql as 'select count(*) from orders';
        comment on table orders is 'what was ordered';
        insert into customers values (1);
        insert into orders (note, tags, customer) select E'dear\\tline\\n' || i, '{"a": 1}', 1 from generate_series(1, 500) i;
        alter default privileges in schema public grant select on tables to shop;
        grant select, insert on orders, customers to shop;
        grant usage on sequence orders_id_seq to shop
        """);
    Schemas.claim("orders-backups", sandbox);
  }

  private void buys() {
    database.executeAs(APPLICATION, "insert into orders (note, customer) values ('bought', 1)");
  }

  private void isKeptOut() {
    assertThatThrownBy(this::buys).hasMessageContaining("permission denied for database");
  }

  private static void abort(SchemaMigration migration) {
    LocalCluster.CLIENT
        .resource(migration)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"abort\": true}}");
  }

  private SchemaMigration untilSettling() {
    SchemaMigration migration = sandbox.create(Schemas.of("restoring", SETTLES));
    until(migration, "its version to settle", status -> "Settling".equals(status.phase()));
    return migration;
  }

  @Test
  void whatFailsLeavesEverythingAsItWas() {
    buys();
    try (PostgreSql.Sleeper session = database.sleepsAs(APPLICATION)) {
      SchemaMigration migration = untilSettling();
      session.isEnded();
      isKeptOut();
      database.executeAsSuperuser("select 1 / (to_regclass('orders') is null)::int");
      abort(migration);

      SchemaMigrationStatus status = until(migration, "RolledBack", "True");

      assertThat(status.current()).isEqualTo("1");
      assertThat(is(status, "SchemaRestored", "True")).as(status.message()).isTrue();
      assertThat(is(status, "Locked", "False")).isTrue();
      assertThat(status.toString()).doesNotContain("only-for-tests");
    }
    database.holds(
        """
        total() = 501 and (select tags->>'a' from orders where note = E'dear\\tline\\n7') = '1'
          and (select count(*) from notes) = 501
          and obj_description('orders'::regclass) = 'what was ordered'
          and to_regclass('extra') is null
          and (select count(*) from pg_default_acl) = 1
          and (select count(*) from godwit_schema_lock) = 0
        """);
    buys();
    database.holds("(select max(id) from orders) = 502 and total() = 502");
  }

  @Test
  void whatSucceedsLetsOthersInAgain() {
    SchemaMigration migration = sandbox.create(Schemas.of("restoring", SPEC));

    SchemaMigrationStatus status = until(migration, "Succeeded", "True");

    assertThat(status.current()).isEqualTo("2");
    database.holds("to_regclass('orders') is null and to_regclass('extra') is not null");
    database.executeAs(APPLICATION, "select count(*) from customers");
  }

  /** What was written behind the lock is worth more than the way back. */
  @Test
  void whatOthersHaveWrittenIsNotLost() {
    SchemaMigration migration = untilSettling();
    database.executeAsSuperuser(
        "grant connect on database orders to shop; grant insert on extra to shop; set role orders; insert into customers values (2)");
    database.executeAs(APPLICATION, "insert into extra values (2)");
    abort(migration);

    SchemaMigrationStatus status = until(migration, "Stalled", "True");

    assertThat(status.message())
        .contains(
            "stopped on the way back",
            "others can connect to the database again (shop)",
            "kubectl delete job/",
            "others are kept out");
    database.holds("(select count(*) from extra) = 1");
  }

  @Test
  void aRoleThatIsNotItsOwnIsSaidBeforeTheStart() {
    try (PostgreSql.Sleeper session = database.sleepsAs("orders")) {
      SchemaMigration migration = sandbox.create(Schemas.of("restoring", SPEC));

      SchemaMigrationStatus status = until(migration, "PreflightPassed", "False");

      assertThat(status.message()).contains("somebody else uses the role orders");
      assertThat(session.isAlive()).isTrue();
    }
  }
}
