package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalSpec;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** One SchemaMigration in its namespace, and an operator that may be killed at any write. */
final class SchemaWorld {

  static final String NAME = "orders-db";
  private static final String NAMESPACE = "shop";
  private static final KubernetesSerialization API = new KubernetesSerialization();
  private static final int MOST_TICKS = 400;

  /** After so many reconciliations without a write nothing happens any more by itself. */
  private static final int QUIET = 20;

  Instant now = Instant.parse("2026-01-01T00:00:00Z");

  final SchemaDatabase database = new SchemaDatabase();
  final SchemaJobs jobs = new SchemaJobs(database);
  final SchemaWorkload workload = new SchemaWorkload();
  final SchemaAsking asking = new SchemaAsking(() -> now, this::mayBeAsked);
  final SchemaMeasuring measuring = new SchemaMeasuring(() -> now);
  final SchemaCluster cluster;

  /** What the listener has heard. */
  final List<String> told = new ArrayList<>();

  private SchemaEngine engine;

  SchemaWorld(SchemaMigration migration) {
    migration.getMetadata().setName(NAME);
    migration.getMetadata().setNamespace(NAMESPACE);
    migration.getMetadata().setUid("uid-1");
    migration.getMetadata().setGeneration(1L);
    migration.getMetadata().setFinalizers(new ArrayList<>());
    this.cluster = new SchemaCluster(migration, jobs, workload, () -> now);
    this.engine = engine();
  }

  /** Ends the operator's process once, at so many writes from now: the write is made. */
  SchemaWorld killedAt(int write) {
    cluster.killAt(write);
    return this;
  }

  SchemaMigrationStatus status() {
    return cluster.stored().getStatus();
  }

  String condition(String type) {
    return of(type, Condition::getStatus);
  }

  String message(String type) {
    return of(type, Condition::getMessage);
  }

  private String of(String type, Function<Condition, String> field) {
    return status().conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .map(field)
        .orElse("");
  }

  boolean isKept() {
    return !cluster.stored().getMetadata().getFinalizers().isEmpty();
  }

  private boolean isLetGo() {
    boolean ended = status() != null && status().completionTime() != null;
    boolean deleted = cluster.stored().getMetadata().getDeletionTimestamp() != null;
    return !isKept() && (ended || deleted);
  }

  /** The operator's process ends, and another begins, which has measured nothing. */
  void restart() {
    measuring.restart();
    engine = engine();
  }

  boolean isAt(String step, StepState state) {
    return Stream.ofNullable(status())
        .flatMap(status -> Stream.ofNullable(status.steps()))
        .flatMap(List::stream)
        .anyMatch(one -> one.name().equals(step) && one.state() == state);
  }

  /** A person changes something. */
  void edit(Consumer<SchemaMigration> change) {
    cluster.change(
        edited -> {
          change.accept(edited);
          edited.getMetadata().setGeneration(edited.getMetadata().getGeneration() + 1);
        });
  }

  /** A Migration that is where it says so holds it and wants this of it, or lets it go. */
  void want(Optional<Wanted> wanted) {
    wanted.ifPresent(
        one ->
            cluster.holder =
                Optional.of(
                    holder(
                        switch (one) {
                          case RUN -> "Running";
                          case KEEP -> "Done";
                          case TAKE_BACK -> "Undoing";
                        })));
    cluster.change(
        edited -> {
          edited
              .getMetadata()
              .setLabels(wanted.isPresent() ? Map.of(Marks.MIGRATION, "shop-2-0") : Map.of());
          edited
              .getMetadata()
              .setAnnotations(wanted.map(one -> Map.of(Marks.WANTED, one.word())).orElse(Map.of()));
        });
  }

  /** A Migration with a step of this SchemaMigration in this state. */
  static Migration holder(String state) {
    Migration holder = new Migration();
    holder.setStatus(
        API.unmarshal(
            "---\n{steps: [{name: other, state: Running}, {name: schema-orders-db, state: %s}]}"
                .formatted(state),
            MigrationStatus.class));
    return holder;
  }

  void delete() {
    cluster.change(deleted -> deleted.getMetadata().setDeletionTimestamp(now.toString()));
  }

  /** A person's answer to the gate {@code go}, to the plan that is known now. */
  void answers(String name, ApprovalDecision decision) {
    MigrationApproval answer = new MigrationApproval();
    answer.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withUid("uid-of-" + name)
            .withGeneration(1L)
            .withCreationTimestamp(now.toString())
            .build());
    answer.setSpec(
        new MigrationApprovalSpec(
            MigrationKind.SCHEMA_MIGRATION,
            NAME,
            "go",
            decision,
            null,
            status().planHash(),
            "alice"));
    cluster.approvals.add(answer);
  }

  /** What became of an answer. */
  MigrationApprovalStatus told(String name) {
    return cluster.answer(name).getStatus();
  }

  /** Lets the operator and the Jobs work until nothing happens any more by itself. */
  void settle() {
    List<String> writes = cluster.writes;
    int quiet = 0;
    for (int ticks = 0; quiet < QUIET && ticks < MOST_TICKS; ticks++) {
      int before = writes.size();
      Optional<Instant> recheck = tick();
      boolean ran = runJobs();
      if (writes.size() > before || ran) {
        quiet = 0;
        now = now.plusMillis(100);
      } else if (recheck.isPresent()) {
        quiet++;
        now = recheck.get();
      } else if (measuring.isDone() && asking.isDone()) {
        return;
      }
      // Else the first measurement or answer wakes the operator.
    }
    assertThat(quiet)
        .as("no end: %s", writes.subList(Math.max(0, writes.size() - 20), writes.size()))
        .isEqualTo(QUIET);
  }

  /** One reconciliation, and what it lets Jobs do. */
  void settleOnce() {
    tick();
    runJobs();
    now = now.plusMillis(100);
  }

  /** One reconciliation; when to come again. */
  Optional<Instant> tick() {
    try {
      Optional<Instant> recheck = engine.tick(cluster.stored(), now).recheck();
      if (isLetGo()) {
        assertThat(cluster.isWatching()).as("pods are watched for one that is let go").isFalse();
      }
      return recheck;
    } catch (SchemaCluster.Killed e) {
      engine = engine();
      return Optional.of(now);
    }
  }

  /** Runs the Jobs that have not ended; whether there were any. */
  private boolean runJobs() {
    return jobs.run(cluster.configMaps);
  }

  /** Nobody is asked whose answer decides nothing. */
  private void mayBeAsked() {
    assertThat(status().direction()).isNotEqualTo(Direction.BACKWARD);
    assertThat(status().failure()).isNull();
    assertThat(status().completionTime()).isNull();
    assertThat(isAt("stand-by", StepState.RUNNING)).isFalse();
  }

  private SchemaEngine engine() {
    asking.restart();
    cluster.restart();
    return new SchemaEngine(
        cluster.client(),
        asking,
        asking,
        measuring,
        Optional.of(new RunnerImage("runner:1", Optional.empty())),
        new SchemaListener() {
          @Override
          public void untold(SchemaMigration migration, List<String> refused) {
            refused.forEach(why -> told.add("untold: " + why));
          }

          @Override
          public void leftAsIs(SchemaMigration migration, String why) {
            told.add("left as is: " + why);
          }
        });
  }
}
