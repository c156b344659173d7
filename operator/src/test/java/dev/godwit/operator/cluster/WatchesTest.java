package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Store;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Watches begin with a question, and end when it is asked no more. */
class WatchesTest {

  private final Set<String> open = new TreeSet<>();
  private final Watches<String, Pod> watches = new Watches<>((namespace, name) -> {});

  private void ask(String migration, String question) {
    watches.of(migration(migration), question, () -> watch(migration + "/" + question));
  }

  private static Migration migration(String name) {
    Migration migration = new Migration();
    migration.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace("prod").withUid(name).build());
    return migration;
  }

  @SuppressWarnings("unchecked")
  private SharedIndexInformer<Pod> watch(String name) {
    return (SharedIndexInformer<Pod>)
        Proxy.newProxyInstance(
            Watches.class.getClassLoader(),
            new Class<?>[] {SharedIndexInformer.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "exceptionHandler", "addEventHandler" -> proxy;
                  case "start" -> {
                    assertThat(open.add(name)).as("%s is watched twice", name).isTrue();
                    yield CompletableFuture.completedFuture(null);
                  }
                  case "close" -> {
                    open.remove(name);
                    yield null;
                  }
                  case "getStore" -> nothing();
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static Store<?> nothing() {
    return (Store<?>)
        Proxy.newProxyInstance(
            Watches.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> List.of());
  }

  @Test
  void whatIsAskedAgainIsWatchedOn() {
    ask("shop", "blue");
    watches.stopUnasked("shop");
    ask("shop", "blue");
    watches.stopUnasked("shop");

    assertThat(open).containsExactly("shop/blue");
  }

  @Test
  void whatIsAskedNoMoreEnds() {
    ask("shop", "blue");
    ask("shop", "green");
    ask("other", "blue");
    watches.stopUnasked("shop");
    ask("shop", "green");
    watches.stopUnasked("shop");

    assertThat(open).containsExactly("other/blue", "shop/green");
  }

  @Test
  void aQuestionBeginsAWatchAgain() {
    ask("shop", "blue");
    watches.stopUnasked("shop");
    watches.stopUnasked("shop");
    ask("shop", "blue");

    assertThat(open).containsExactly("shop/blue");
  }

  @Test
  void allOfAMigrationEndWithIt() {
    ask("shop", "blue");
    ask("shop", "green");
    ask("other", "blue");
    watches.stop("shop");

    assertThat(open).containsExactly("other/blue");
  }
}
