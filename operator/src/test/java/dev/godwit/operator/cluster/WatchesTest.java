package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Store;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Watches begin with a question, and end when it is asked no more. */
class WatchesTest {

  private final Set<String> open = new TreeSet<>();
  private final List<String> woken = new ArrayList<>();
  private final List<ResourceEventHandler<Pod>> handlers = new ArrayList<>();
  private final Watches<String, Pod> watches =
      new Watches<>(
          new Wakeup() {
            @Override
            public void wake(String namespace, String migration) {
              woken.add(namespace + "/" + migration);
            }

            @Override
            public void wakeSoon(String namespace, String migration) {
              woken.add("soon " + namespace + "/" + migration);
            }
          });

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
                  case "exceptionHandler" -> proxy;
                  case "addEventHandler" -> {
                    handlers.add((ResourceEventHandler<Pod>) arguments[0]);
                    yield proxy;
                  }
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

  @Test
  void everyChangeWakesTheMigrationAtOnceOrSoon() {
    ask("shop", "blue");
    ResourceEventHandler<Pod> changes = handlers.getFirst();

    changes.onAdd(pod("Pending", "False"));
    changes.onUpdate(pod("Pending", "False"), pod("Running", "False"));
    changes.onUpdate(pod("Running", "False"), pod("Running", "True"));
    changes.onDelete(pod("Running", "True"), false);

    assertThat(woken).containsExactly("prod/shop", "soon prod/shop", "prod/shop", "prod/shop");
  }

  private static Pod pod(String phase, String ready) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("web-1")
        .endMetadata()
        .withNewStatus()
        .withPhase(phase)
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready)
        .endCondition()
        .endStatus()
        .build();
  }
}
