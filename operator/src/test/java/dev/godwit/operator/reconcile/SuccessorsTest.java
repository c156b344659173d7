package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuccessorsTest {

  private final List<Runnable> later = new ArrayList<>();
  private final List<Migration> told = new ArrayList<>();
  private Optional<Migration> successor = Optional.empty();

  private final Successors<Migration> successors =
      new Successors<>(told::add, one -> successor, delay -> later::add);

  private static Migration migration() {
    Migration migration = new Migration();
    migration.setMetadata(new ObjectMetaBuilder().withNamespace("prod").withName("shop").build());
    return migration;
  }

  /** Told while it still calls for the deletion, the framework would forget it. */
  @Test
  void whatHasTheNameOfADeletedOneIsToldLaterAndMoreThanOnce() {
    successor = Optional.of(migration());
    successors.deleted(migration());
    assertThat(told).isEmpty();

    later.forEach(Runnable::run);

    assertThat(told).hasSizeGreaterThan(1).containsOnly(successor.orElseThrow());
  }

  @Test
  void oneThatIsMadeAMomentAfterTheDeletionIsTold() {
    successors.deleted(migration());
    successor = Optional.of(migration());

    later.getLast().run();

    assertThat(told).containsExactly(successor.orElseThrow());
  }

  @Test
  void nothingIsToldWhereTheNameIsFree() {
    successors.deleted(migration());

    later.forEach(Runnable::run);

    assertThat(told).isEmpty();
  }
}
