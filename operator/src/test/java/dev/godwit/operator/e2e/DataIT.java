package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.CheckState;
import dev.godwit.api.v1alpha1.Database;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.SqlCheck;
import dev.godwit.api.v1alpha1.StepState;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What must hold in a real PostgreSQL decides, before traffic moves and afterwards. */
@EndToEnd
class DataIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  private PostgreSql database() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table orders (id int primary key, total int)");
    database.execute("insert into orders select n, n from generate_series(1, 1000) n");
    return database;
  }

  private Application deployed() {
    return Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
  }

  static Check totals(String secret) {
    SqlCheck sql =
        new SqlCheck(
            new Database(new Database.SecretRef(secret)),
            "select not exists (select from orders where total < 0)",
            "1s",
            2);
    return new Check("totals", null, null, null, null, sql, null, "5s", 2);
  }

  private static MigrationFixture toV2(Application app, String monitor, Check check) {
    return MigrationFixture.toV2(app)
        .monitor(monitor)
        .test(check)
        .health(
            new HealthSpec(
                null, null, null, null, null, null, null, OnNoData.HOLD, null, "2m", "2m"));
  }

  private List<Job> jobs() {
    return LocalCluster.CLIENT
        .batch()
        .v1()
        .jobs()
        .inNamespace(sandbox.namespace())
        .list()
        .getItems();
  }

  @Test
  void dataThatBecomesInconsistentWhileGreenServesGoesBackWithoutALostRequest() {
    PostgreSql database = database();
    Application app = deployed();
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(toV2(app, "1h", totals(PostgreSql.NAME)));
    run.reaches("shop/switch", StepState.DONE);
    load.awaitVersion(V2);

    database.execute("update orders set total = -1 where id = 17");
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    assertThat(status.failure().reason()).isEqualTo("DataInconsistent");
    assertThat(status.checks())
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.name()).isEqualTo("shop/totals");
              assertThat(check.state()).isEqualTo(CheckState.BAD);
              assertThat(check.message()).contains("the query returned false");
            });
    assertThat(status.failure().message())
        .contains("check totals of shop", "the query returned false")
        .doesNotContain("only-for-tests");
    load.stop().lostNothing();
    assertThat(jobs()).isEmpty();
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void withDataThatIsInconsistentBeforeGreenNeverGetsTraffic() {
    PostgreSql database = database();
    database.execute("update orders set total = -1 where id = 17");
    Application app = deployed();
    Run run = sandbox.start(toV2(app, "1s", totals(PostgreSql.NAME)));

    MigrationStatus status = run.rollsBack();

    assertThat(status.failure().reason()).isEqualTo("CheckFailed");
    assertThat(status.failure().message())
        .contains("check totals", "it wrote last:", "the query returned false");
    assertThat(Run.step(status, "shop/switch").state()).isEqualTo(StepState.PENDING);
  }

  @Test
  void aSecretThatIsNotThereIsNamedAndGreenNeverGetsTraffic() {
    Application app = deployed();
    Run run = sandbox.start(toV2(app, "1s", totals("no-such-secret")));

    MigrationStatus status = run.rollsBack();

    assertThat(status.failure().reason()).isEqualTo("CheckFailed");
    assertThat(status.failure().message()).contains("the Secret", "isn't there");
  }

  @Test
  void aDatabaseThatDoesNotAnswerPromotesNothingUntilItDoes() {
    PostgreSql database = database();
    Application app = deployed();
    Run run = sandbox.start(toV2(app, "10s", totals(PostgreSql.NAME)));
    run.reaches("shop/switch", StepState.DONE);

    database.locksOut();
    run.until(
        "to wait for the database",
        Duration.ofMinutes(2),
        status ->
            Run.step(status, "monitor").state() == StepState.RUNNING
                && status.message().contains("waiting for a good answer to check totals of shop"));
    database.letsIn();

    run.succeeds();
    assertThat(jobs()).isEmpty();
  }
}
