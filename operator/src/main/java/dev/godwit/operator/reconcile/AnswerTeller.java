package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.cluster.RejectedException;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Writes into each MigrationApproval what became of it, where that has changed. A write that fails
 * hinders nothing: it is tried again with a pause that grows, and after a restart at once.
 *
 * @param <R> the kind of what is answered
 */
final class AnswerTeller<R extends HasMetadata> {

  private final Cluster cluster;
  private final BiConsumer<R, List<String>> untold;
  private final Map<String, Map<String, Pause>> pauses = new ConcurrentHashMap<>();

  /**
   * After a write that has failed.
   *
   * @param failures how many have failed in a row
   */
  private record Pause(int failures, Instant until) {}

  /**
   * A teller that writes to this cluster.
   *
   * @param untold is told what stands against a write
   */
  AnswerTeller(Cluster cluster, BiConsumer<R, List<String>> untold) {
    this.cluster = cluster;
    this.untold = untold;
  }

  /** Of the answers to a migration that has not started. */
  void tellEarly(R migration, Instant now) {
    cluster
        .approvals(migration)
        .ifPresent(seen -> tell(migration, seen, answer -> Answers.early(answer, now), now));
  }

  /** Of the answers that were there when a decision was made, after it was recorded. */
  void tell(R migration, Plan plan, Journal journal, List<MigrationApproval> seen, Instant now) {
    Answers answers = new Answers(plan, journal, seen);
    tell(migration, seen, answer -> answers.status(answer, now), now);
  }

  /** Those that come when a migration has ended; none where they are not known. */
  List<MigrationApproval> late(R migration) {
    return cluster.approvals(migration).orElse(List.of());
  }

  /** When to tell what could not be told, if there is anything that is still to be told. */
  Optional<Instant> again(R migration, Instant now) {
    return pauses.getOrDefault(uid(migration), Map.of()).values().stream()
        .map(Pause::until)
        .filter(now::isBefore)
        .min(Instant::compareTo);
  }

  /** Forgets what could not be told of a migration. */
  void forget(R migration) {
    pauses.remove(uid(migration));
  }

  private void tell(
      R migration,
      List<MigrationApproval> seen,
      Function<MigrationApproval, MigrationApprovalStatus> status,
      Instant now) {
    Map<String, Pause> before = pauses.getOrDefault(uid(migration), Map.of());
    Map<String, Pause> left = new HashMap<>();
    List<String> refused = new ArrayList<>();
    for (MigrationApproval answer : seen) {
      MigrationApprovalStatus next = status.apply(answer);
      if (!next.equals(answer.getStatus())) {
        Pause last = before.getOrDefault(uid(answer), new Pause(0, now));
        Optional<Pause> pause =
            now.isBefore(last.until())
                ? Optional.of(last)
                : write(answer, next, last.failures(), refused, now);
        pause.ifPresent(one -> left.put(uid(answer), one));
      }
    }
    if (left.isEmpty()) {
      pauses.remove(uid(migration));
    } else {
      pauses.put(uid(migration), left);
    }
    if (!refused.isEmpty()) {
      untold.accept(migration, refused);
    }
  }

  /** Empty where it was written. One that has changed meanwhile will be heard of soon. */
  private Optional<Pause> write(
      MigrationApproval answer,
      MigrationApprovalStatus status,
      int failures,
      List<String> refused,
      Instant now) {
    try {
      cluster.recordStatus(answer, status);
      return Optional.empty();
    } catch (ConflictException e) {
      return Optional.of(new Pause(failures + 1, Pace.afterConflict(failures, now)));
    } catch (RejectedException | KubernetesClientException e) {
      refused.add(e.getMessage());
      return Optional.of(new Pause(failures + 1, Pace.afterRefusal(failures, now)));
    }
  }

  private static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }
}
