package dev.godwit.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sees to it that what is made under the name of something just deleted is reconciled. News of it
 * that come while the framework is still busy with the deleted one are taken for more about that,
 * and forgotten together with it.
 *
 * @param <R> the kind of both
 */
final class Successors<R extends HasMetadata> {

  /**
   * When to look. The framework is done with the deleted one a moment after it called for it; what
   * it is told earlier is forgotten, too, so that it is told more than once. Once too many finds
   * nothing to do.
   */
  private static final List<Duration> AFTER =
      List.of(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10));

  private final Consumer<R> tell;
  private final Function<R, Optional<R>> sameName;
  private final Function<Duration, Executor> later;

  /**
   * Looks for successors.
   *
   * @param tell tells the framework of one
   * @param sameName what has the name of one now
   */
  Successors(Consumer<R> tell, Function<R, Optional<R>> sameName) {
    this(
        tell,
        sameName,
        delay -> CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS));
  }

  Successors(
      Consumer<R> tell, Function<R, Optional<R>> sameName, Function<Duration, Executor> later) {
    this.tell = tell;
    this.sameName = sameName;
    this.later = later;
  }

  /** The framework calls for a deletion: of this one, or of one whose name this one has. */
  void deleted(R one) {
    AFTER.forEach(delay -> later.apply(delay).execute(() -> sameName.apply(one).ifPresent(tell)));
  }
}
