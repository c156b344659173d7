package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ConflictException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was written of a Migration is known, also when the answer got lost. */
class RecorderTest {

  private final List<String> reads = new ArrayList<>();
  private RuntimeException failure = new IllegalStateException("timeout");

  /** A cluster whose writes fail, and which has version 8 of the Migration. */
  private final Recorder<MigrationStatus, Migration> recorder =
      new Recorder<>(
          Migration.class,
          (Cluster)
              Proxy.newProxyInstance(
                  Cluster.class.getClassLoader(),
                  new Class<?>[] {Cluster.class},
                  (proxy, method, arguments) ->
                      switch (method.getName()) {
                        case "recordStatus" -> throw failure;
                        case "get" -> {
                          reads.add((String) arguments[2]);
                          yield Optional.of(migration("8"));
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                      }));

  private static Migration migration(String version) {
    Migration migration = new Migration();
    migration.getMetadata().setNamespace("shop");
    migration.getMetadata().setName("shop-2-0");
    migration.getMetadata().setUid("uid");
    migration.getMetadata().setResourceVersion(version);
    return migration;
  }

  private static MigrationStatus status() {
    return new MigrationStatus(
        1L,
        null,
        null,
        "Deploying",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void aWriteThatSeemsToHaveFailedMayHaveBeenMadeSoThatTheServerIsAsked() {
    assertThatThrownBy(() -> recorder.record(migration("7"), status())).isSameAs(failure);

    assertThat(recorder.newest(migration("7")).getMetadata().getResourceVersion()).isEqualTo("8");
    assertThat(recorder.newest(migration("7")).getMetadata().getResourceVersion()).isEqualTo("8");
    assertThat(reads).hasSize(1);
  }

  @Test
  void aConflictIsNoWriteAndTheServerIsNotAsked() {
    failure = new ConflictException("changed meanwhile", null);
    assertThatThrownBy(() -> recorder.record(migration("7"), status())).isSameAs(failure);

    assertThat(recorder.newest(migration("7")).getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(reads).isEmpty();
  }
}
