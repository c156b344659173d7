package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalMapperTest {

  private final Plan plan = Plans.plan();
  private final List<ServicePlan> services = List.of(Plans.service("orders"));

  private MigrationStatus status(Journal journal) {
    return StatusBuilder.build(
        Plans.migration("orders"), plan, services, "hash", journal, List.of(), Plans.START);
  }

  private MigrationStatus writtenAndRead(MigrationStatus status) {
    KubernetesSerialization json = new KubernetesSerialization();
    Migration migration = Plans.migration("orders");
    migration.setStatus(status);
    return json.unmarshal(json.asJson(migration), Migration.class).getStatus();
  }

  @Test
  void journalSurvivesTheApiServer() {
    PreImage image =
        new PreImage(
            "uid",
            "hash",
            3,
            "4",
            Map.of("c", "i:1"),
            Map.of("orders", Map.of("app", "orders")),
            List.of("Deployment/orders-green"),
            "",
            null,
            null);
    Journal journal =
        Plans.with(Plans.begin(plan), "orders/deploy", StepState.DONE, 1, "made")
            .withFailure(Optional.of(new Failure("CheckFailed", "no answer", Plans.START, null)))
            .turned();
    Journal.Entry deploy = journal.entry("orders/deploy");
    journal =
        journal.with(
            new Journal.Entry(
                deploy.step(),
                deploy.stage(),
                StepState.UNDOING,
                deploy.startedAt(),
                deploy.finishedAt(),
                Optional.of(Plans.START),
                Optional.empty(),
                2,
                "going",
                image));

    Journal read = JournalMapper.journal(writtenAndRead(status(journal)), plan);

    assertThat(read).isEqualTo(journal);
  }

  @Test
  void statusIsEqualToItselfAfterTheApiServer() {
    MigrationStatus status =
        status(Plans.with(Plans.begin(plan), "orders/deploy", StepState.RUNNING, 1, "waiting"));

    assertThat(writtenAndRead(status)).isEqualTo(status);
  }

  @Test
  void instantsAreWrittenAsText() {
    Migration migration = Plans.migration("orders");
    migration.setStatus(status(Plans.begin(plan)));

    assertThat(new KubernetesSerialization().asJson(migration))
        .contains("\"startTime\":\"2026-03-01T10:00:00.123Z\"");
  }

  @Test
  void servicePlansSurvive() {
    MigrationStatus read = writtenAndRead(status(Plans.begin(plan)));

    assertThat(JournalMapper.services(Plans.migration("orders").getSpec(), read))
        .isEqualTo(services);
  }

  @Test
  void serviceThatIsNoLongerSpecifiedIsAnError() {
    MigrationStatus status = status(Plans.begin(plan));

    assertThatThrownBy(() -> JournalMapper.services(Plans.migration("other").getSpec(), status))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("orders");
  }

  @Test
  void stepOfANewerReleaseIsPending() {
    MigrationStatus status = status(Plans.begin(plan));
    Plan newer =
        new Plan(
            List.of(Plans.stage("deploy", "Deploying", "orders/deploy", "orders/warm-up")),
            List.of());

    Journal read = JournalMapper.journal(status, newer);

    assertThat(read.entry("orders/warm-up").state()).isEqualTo(StepState.PENDING);
  }

  @Test
  void stepThatANewerReleaseHasNotIsKeptIfItWasBegun() {
    Journal journal = Plans.with(Plans.begin(plan), "orders/deploy", StepState.DONE, 1, "");
    Plan newer = new Plan(List.of(Plans.stage("other", "Other", "orders/other")), List.of());

    Journal read = JournalMapper.journal(status(journal), newer);

    assertThat(read.entries())
        .extracting(Journal.Entry::step)
        .containsExactly("orders/other", "orders/deploy");
  }
}
