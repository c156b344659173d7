package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Schemas.is;
import static dev.godwit.operator.e2e.Schemas.message;
import static dev.godwit.operator.e2e.Schemas.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.ApprovalState;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Versions of a schema, in a real PostgreSQL in a pod. */
@EndToEnd
@Order(3)
class SchemaIT {

  private static final KubernetesSerialization API = new KubernetesSerialization();
  private static final String USERS = "2024_01_14_002";
  private static final String PREFERENCES = "2024_01_15_001";

  /** Of a dump in a bucket: its object, and how many bytes it has. */
  private static final Pattern BACKED_UP =
      Pattern.compile(
          "(copied/copied-[0-9a-f]{8}[.]dump) in the bucket of Secret orders-bucket,"
              + " ([1-9][0-9]*) bytes, [1-9][0-9]* entries");

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  /** What the example asks for. */
  private static SchemaMigration example() throws IOException {
    return API.unmarshal(
        Files.readString(LocalCluster.PROJECT.resolve("examples/schema/migration.yaml")),
        SchemaMigration.class);
  }

  /** The example's versions, for another run. */
  private static SchemaMigration exampleTo(String name, String to) throws IOException {
    ObjectNode example = API.convertValue(example(), ObjectNode.class);
    example.withObject("/metadata").put("name", name);
    example.withObject("/spec").put("to", to).put("allowDestructive", true);
    return API.convertValue(example, SchemaMigration.class);
  }

  @Test
  void theExampleGoesUpAndDownAndSavesWhatWasChangedMeanwhile() throws IOException {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    SchemaMigration up = sandbox.create(example());

    SchemaMigrationStatus there = until(up, "Succeeded", "True");

    assertThat(there.current()).isEqualTo(PREFERENCES);
    assertThat(there.plan().versions()).containsExactly(USERS, PREFERENCES);
    assertThat(there.steps())
        .filteredOn(step -> step.name().equals(PREFERENCES + "/up"))
        .singleElement()
        .satisfies(
            step ->
                assertThat(step.preImage().results())
                    .singleElement()
                    .satisfies(result -> assertThat(result.rows()).isEqualTo(1000)));
    database.holds("(select count(*) from user_preferences) = 1000");

    database.execute(
        "update user_preferences set preferences = '{\"theme\": \"blue\", \"language\": \"fr\"}'"
            + " where user_id = 7");
    SchemaMigrationStatus back =
        until(sandbox.create(exampleTo("orders-schema-back", USERS)), "Succeeded", "True");

    assertThat(back.current()).isEqualTo(USERS);
    database.holds("(select theme || language from users where id = 7) = 'bluefr'");
    database.holds("to_regclass('user_preferences') is null");
  }

  @Test
  void aVerifyThatIsNotTrueLeavesEverythingAsItWas() throws IOException {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    until(sandbox.create(exampleTo("first", USERS)), "Succeeded", "True");
    database.execute(
        "create function nothing() returns trigger language plpgsql as 'begin return null; end';"
            + "create function watch() returns event_trigger language plpgsql as $$"
            + " begin if to_regclass('user_preferences') is not null and not exists (select from"
            + " pg_trigger where tgname = 'no_insert') then execute 'create trigger no_insert before"
            + " insert on user_preferences for each row execute function nothing()'; end if; end $$");
    database.executeAsSuperuser(
        "create event trigger watch on ddl_command_end when tag in ('CREATE TABLE') execute"
            + " function watch()");

    SchemaMigrationStatus status = until(sandbox.create(example()), "RolledBack", "True");

    assertThat(status.failure().reason()).isEqualTo("VerifyFailed");
    assertThat(status.current()).isEqualTo(USERS);
    assertThat(is(status, "SchemaRestored", "True")).as(message(status, "SchemaRestored")).isTrue();
    database.holds("to_regclass('user_preferences') is null");
    database.holds("(select count(*) from users) = 1000");
  }

  @Test
  void aPlanAloneSaysWhatWouldBeDestroyedAndTouchesNothing() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table orders (id int primary key, note text)");
    SchemaMigration plan =
        sandbox.create(
            Schemas.of(
                "plan",
                """
                mode: PlanOnly
                baseline: {version: "1"}
                versions:
                - {version: "1", up: "create table orders (id int primary key, note text)"}
                - {version: "2", up: "alter table orders drop column note"}
                """));

    SchemaMigrationStatus status = until(plan, "PlanReady", "True");

    assertThat(status.phase()).isEqualTo("Planned");
    assertThat(status.plan().versions()).containsExactly("2");
    assertThat(status.plan().irreversible()).containsExactly("2");
    assertThat(status.plan().destructive()).isEqualTo(1);
    assertThat(status.plan().findings())
        .filteredOn(finding -> finding.kind().equals("Drop"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.object()).isEqualTo("orders");
              assertThat(finding.lock()).isEqualTo("ACCESS EXCLUSIVE");
              assertThat(finding.bytes()).isPositive();
            });
    database.holds("to_regclass('godwit_schema_history') is null");
  }

  @Test
  void aWrongPasswordIsNamedAndTheRightOneIsHeeded() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.locksOut();
    SchemaMigration migration =
        sandbox.create(
            Schemas.of("first", "versions: [{version: \"1\", up: \"create table a ()\"}]"));
    SchemaMigrationStatus refused = until(migration, "PreflightPassed", "False");
    assertThat(refused.message())
        .contains("not started, nothing was touched", "\"orders\" is not permitted to log in");
    database.letsIn();

    SchemaMigrationStatus status = until(migration, "Succeeded", "True");

    assertThat(status.toString()).doesNotContain("only-for-tests");
    database.holds("to_regclass('a') is not null");
  }

  /** The SQL comes from a ConfigMap, which is gone when it is run once more. */
  @Test
  void aKilledPodLeavesNothingBehindAndIsRunAgain() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create schema app; create table public.go (once int)");
    sandbox.create(
        API.unmarshal(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: orders-sql}
            data:
              1__slow.up.sql: |
                create table a (id int);
                do $$ begin
                  while not exists (select from public.go) loop perform pg_sleep(0.1); end loop;
                end $$;
              1__slow.verify.sql: select count(*) = 0 from a
              1__slow.down.sql: drop table a
            """,
            ConfigMap.class));
    SchemaMigration migration =
        sandbox.create(
            Schemas.of(
                "slow",
                "schema: app\nallowDestructive: true\nversionsFrom: [{configMap: orders-sql}]\n"));
    String working = "pg_stat_activity where pid <> pg_backend_pid() and query like '%public.go%'";
    database.waitsFor("select from " + working);
    database.execute("create table public.killed as select pid from " + working);
    LocalCluster.CLIENT
        .configMaps()
        .inNamespace(sandbox.namespace())
        .withName("orders-sql")
        .delete();

    killPods(migration);
    database.waitsFor("select from " + working + " and pid not in (select pid from public.killed)");
    database.execute("insert into public.go values (1)");

    SchemaMigrationStatus status = until(migration, "Succeeded", "True");
    assertThat(status.current()).isEqualTo("1");
    database.holds("(select count(*) from app.godwit_schema_history) = 1");
  }

  private void killPods(SchemaMigration migration) {
    List<Pod> pods = pods(migration).list().getItems();
    assertThat(pods)
        .filteredOn(pod -> "Running".equals(pod.getStatus().getPhase()))
        .singleElement()
        .satisfies(
            pod -> {
              assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
              LocalCluster.CLIENT.resource(pod).withGracePeriod(0).delete();
            });
  }

  private FilterWatchListDeletable<Pod, PodList, PodResource> pods(SchemaMigration migration) {
    return LocalCluster.CLIENT
        .pods()
        .inNamespace(sandbox.namespace())
        .withLabel("godwit.dev/schema-migration", migration.getMetadata().getName());
  }

  @Test
  void aSqlErrorSaysItsPlaceAndTakesBackWhatWasBefore() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    SchemaMigration migration =
        sandbox.create(
            Schemas.of(
                "broken",
                """
                versions:
                - {version: "1", up: "create table a ()", down: "drop table a"}
                - version: "2"
                  up: |
                    create table b ();
                    create table c (id nosuchtype);
                  down: drop table b
                """));

    SchemaMigrationStatus status = until(migration, "RolledBack", "True");

    assertThat(status.failure().message())
        .contains("type \"nosuchtype\" does not exist", "line 2, column 20");
    assertThat(status.current()).isEqualTo("0");
    assertThat(is(status, "SchemaRestored", "True")).as(message(status, "SchemaRestored")).isTrue();
    database.holds("to_regclass('a') is null and to_regclass('b') is null");
  }

  @Test
  void whatDestroysWaitsForAPersonWhoIsToldWhatBecameOfTheAnswer() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table orders (note text)");
    SchemaMigration migration =
        sandbox.create(
            Schemas.of(
                "asking",
                """
                gate: {approval: {name: drop, timeout: 10m, onTimeout: Fail}}
                baseline: {version: "1"}
                versions:
                - {version: "1", up: "create table orders (note text)"}
                - {version: "2", up: "drop table orders"}
                """));
    SchemaMigrationStatus asked = until(migration, "AwaitingApproval", "True");
    assertThat(asked.message()).contains("kind: SchemaMigration, migration: asking, gate: drop");

    MigrationApproval yes = sandbox.create(answer("yes", asked.planHash()));

    until(migration, "Succeeded", "True");
    database.holds("to_regclass('orders') is null");
    assertThat(
            Eventually.until(
                    LocalCluster.CLIENT.resource(yes),
                    "the answer to be accepted",
                    seen ->
                        seen.getStatus() != null
                            && seen.getStatus().state() == ApprovalState.ACCEPTED)
                .getStatus()
                .message())
        .contains("with MigrationApproval yes");
  }

  private static MigrationApproval answer(String name, String planHash) {
    String me =
        LocalCluster.kubectl("auth", "whoami", "--output=jsonpath={.status.userInfo.username}");
    return API.unmarshal(
        """
        apiVersion: godwit.dev/v1alpha1
        kind: MigrationApproval
        metadata: {name: %s}
        spec:
          kind: SchemaMigration
          migration: asking
          gate: drop
          decision: Approve
          planHash: "%s"
          approvedBy: "%s"
        """
            .formatted(name, planHash, me),
        MigrationApproval.class);
  }

  /** Nine texts of 900 KB, with 34,000 statements each: as much as one migration may have. */
  @Test
  void theLargestTextsFitIntoTheMemoryThatJobsHave() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    int statements = 34_000;
    for (int version = 1; version <= 9; version++) {
      sandbox.create(
          new ConfigMapBuilder()
              .withNewMetadata()
              .withName("sql-" + version)
              .endMetadata()
              .addToData(
                  version + "__many.up.sql",
                  "create table t%1$d (i int);\n".formatted(version)
                      + "insert into t%1$d values (1);\n".formatted(version).repeat(statements - 1))
              .addToData(version + "__many.down.sql", "drop table t" + version)
              .build());
    }
    SchemaMigration migration =
        sandbox.create(
            Schemas.of(
                "large",
                "batch: 3\nversionsFrom:\n"
                    + IntStream.rangeClosed(1, 9)
                        .mapToObj("- {configMap: sql-%d}\n"::formatted)
                        .collect(Collectors.joining())));

    SchemaMigrationStatus status = until(migration, "Succeeded", "True");

    assertThat(status.current()).isEqualTo("9");
    database.holds("(select count(*) from t9) = " + (statements - 1));
  }

  private static final String BACKUP =
      """
      allowDestructive: true
      backup:
        image: localhost/database:local
        claim: {name: orders-backups}
      """;

  /** What is in the claim, by a pod that restores from it into another database. */
  @Test
  void aBackupIsMadeBeforeWhatDestroys() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table orders (note text); insert into orders values ('dear')");
    database.executeAsSuperuser("create database restored owner orders");
    Schemas.claim("orders-backups", sandbox);
    SchemaMigration migration =
        sandbox.create(
            Schemas.of(
                "destroying",
                BACKUP
                    + """
                    baseline: {version: "1"}
                    versions:
                    - {version: "1", up: "create table orders (note text)"}
                    - {version: "2", up: "drop table orders"}
                    """));

    SchemaMigrationStatus status = until(migration, "Succeeded", "True");

    database.holds("to_regclass('orders') is null");
    assertThat(is(status, "BackedUp", "True")).isTrue();
    assertThat(message(status, "BackedUp"))
        .matches(
            "destroying/destroying-[0-9a-f]{8}[.]dump in PersistentVolumeClaim orders-backups,"
                + " [1-9][0-9]* bytes, [1-9][0-9]* entries");
    assertThat(status.toString()).doesNotContain("only-for-tests");
    assertThat(pods(migration).list().toString()).doesNotContain("only-for-tests");
    restores(message(status, "BackedUp").replaceAll(" .*", ""));
    database.holdsIn("restored", "(select count(*) from orders where note = 'dear') = 1");
  }

  private void restores(String dump) {
    Pod pod =
        sandbox.create(
            API.unmarshal(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: restore}
                spec:
                  restartPolicy: Never
                  automountServiceAccountToken: false
                  securityContext:
                    runAsNonRoot: true
                    fsGroup: 65532
                    seccompProfile: {type: RuntimeDefault}
                  containers:
                  - name: restore
                    image: localhost/database:local
                    imagePullPolicy: IfNotPresent
                    command:
                    - /usr/lib/postgresql/15/bin/pg_restore
                    - --single-transaction
                    - --no-owner
                    - --host=orders-db
                    - --username=orders
                    - --dbname=restored
                    - /dumps/%s
                    env: [{name: PGPASSWORD, value: only-for-tests}]
                    securityContext:
                      allowPrivilegeEscalation: false
                      readOnlyRootFilesystem: true
                      capabilities: {drop: [ALL]}
                    volumeMounts: [{name: dumps, mountPath: /dumps, readOnly: true}]
                  volumes:
                  - name: dumps
                    persistentVolumeClaim: {claimName: orders-backups}
                """
                    .formatted(dump),
                Pod.class));
    Eventually.until(
        LocalCluster.CLIENT.pods().resource(pod),
        "the dump to be restored",
        seen -> seen != null && "Succeeded".equals(seen.getStatus().getPhase()));
  }

  /** A backup by rclone into a bucket of {@link Bucket}'s server. */
  private static String backupTo(String bucket) {
    return """
    backup:
      policy: Always
      image: localhost/database:local
      bucket:
        image: localhost/rclone:local
        args:
        - --config=/run/godwit/bucket/rclone.conf
        - --s3-no-check-bucket
        - copyto
        - $(GODWIT_DUMP)
        - s3:%s/$(GODWIT_OBJECT)
        secretRef: {name: %s}
    """
        .formatted(bucket, Bucket.SECRET);
  }

  @Test
  void aDumpIsCopiedToABucket() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table orders (note text); insert into orders values ('dear')");
    database.executeAsSuperuser("create database restored owner orders");
    Bucket bucket = Bucket.in(sandbox);
    SchemaMigration migration =
        sandbox.create(
            Schemas.of(
                "copied",
                backupTo("backups")
                    + """
                    baseline: {version: "1"}
                    versions:
                    - {version: "1", up: "create table orders (note text)"}
                    - {version: "2", up: "create table users (id int)"}
                    """));

    SchemaMigrationStatus status = until(migration, "Succeeded", "True");

    Matcher backedUp = BACKED_UP.matcher(message(status, "BackedUp"));
    assertThat(backedUp.matches()).as(message(status, "BackedUp")).isTrue();
    bucket.restores(backedUp.group(1), Long.parseLong(backedUp.group(2)), "restored");
    database.holdsIn("restored", "(select count(*) from orders where note = 'dear') = 1");
    database.holdsIn("restored", "to_regclass('users') is null");
  }

  @Test
  void aDumpThatNoBucketTakesLeavesTheDatabaseAsItIs() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table orders (note text)");
    Bucket.in(sandbox);
    SchemaMigration migration =
        sandbox.create(
            Schemas.of(
                "nowhere",
                backupTo("elsewhere")
                    + """
                    baseline: {version: "1"}
                    versions:
                    - {version: "1", up: "create table orders (note text)"}
                    - {version: "2", up: "create table users (id int)"}
                    """));

    SchemaMigrationStatus status = until(migration, "RolledBack", "True");

    assertThat(status.failure().reason()).isEqualTo("BackupFailed");
    assertThat(status.message()).contains("no backup was made", "NoSuchBucket");
    assertThat(is(status, "BackedUp", "False")).isTrue();
    database.holds("to_regclass('users') is null");
  }

  @Test
  void aBackupThatFailsLeavesTheDatabaseAsItIs() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table orders (note text)");
    database.executeAsSuperuser("create table hidden (); revoke all on hidden from public");
    Schemas.claim("orders-backups", sandbox);
    SchemaMigration migration =
        sandbox.create(
            Schemas.of(
                "failing",
                BACKUP
                    + """
                    baseline: {version: "1"}
                    versions:
                    - {version: "1", up: "create table orders (note text)"}
                    - {version: "2", up: "drop table orders"}
                    """));

    SchemaMigrationStatus status = until(migration, "RolledBack", "True");

    assertThat(status.failure().reason()).isEqualTo("BackupFailed");
    assertThat(status.message()).contains("no backup was made", "permission denied", "hidden");
    assertThat(is(status, "BackedUp", "False")).isTrue();
    database.holds("to_regclass('orders') is not null");
  }
}
