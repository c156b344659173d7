package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Indexer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the cache answers between an own write and what is heard of it, and whom changes wake. */
class HeldCacheTest {

  private static final String LABEL = "holder";

  private final Map<String, Service> heard = new HashMap<>();
  private final List<String> woken = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private final HeldCache<Service> cache =
      new HeldCache<>(LABEL, List.of(informer()), (namespace, name) -> woken.add(name), () -> now);

  @Test
  void changeByAnotherWakesTheMigration() {
    hear(service("7", "shop"));

    assertThat(woken).containsExactly("shop");
    assertThat(version()).contains("7");
  }

  @Test
  void ownWriteIsAnsweredForAtOnce() {
    cache.wrote(service("7", "shop"));

    assertThat(version()).contains("7");
    hear(service("7", "shop"));
    assertThat(version()).contains("7");
  }

  @Test
  void firstOfTwoOwnWritesIsNotAnsweredWhenItIsHeard() {
    cache.wrote(service("7", "shop"));
    cache.wrote(service("8", "shop"));

    hear(service("7", "shop"));
    assertThat(version()).contains("8");
    hear(service("8", "shop"));
    assertThat(version()).contains("8");
    hear(service("9", "shop"));
    assertThat(version()).contains("9");
  }

  @Test
  void changeByAnotherOnTopOfAnOwnWriteWakesTheMigration() {
    cache.wrote(service("7", "shop"));

    hear(service("8", "shop"));

    assertThat(woken).containsExactly("shop");
    assertThat(version()).contains("8");
  }

  @Test
  void whatIsOlderThanAnOwnWriteIsNotAnswered() {
    cache.wrote(service("8", "shop"));

    hear(service("7", "shop"));

    assertThat(version()).contains("8");
  }

  @Test
  void ownWriteThatWasHeardBeforeItIsNotedDoesNotHideWhatFollows() {
    hear(service("7", "shop"));
    hear(service("8", "shop"));
    cache.wrote(service("7", "shop"));

    assertThat(version()).contains("8");
  }

  @Test
  void ownWriteThatIsNeverHeardIsGivenUp() {
    cache.wrote(service("7", "shop"));

    now = now.plus(Duration.ofSeconds(10));
    assertThat(version()).contains("7");
    now = now.plusMillis(1);
    assertThat(version()).isEmpty();
  }

  @Test
  void whatIsDeletedIsNotAnsweredForUntilItIsThereAgain() {
    Service service = service("7", "shop");
    hear(service);
    woken.clear();

    cache.deleted(service);
    assertThat(version()).isEmpty();
    heard.clear();
    cache.onDelete(service, false);
    assertThat(woken).containsExactly("shop");
    hear(service("8", "shop"));

    assertThat(version()).contains("8");
  }

  @Test
  void migrationThatAnObjectIsTakenFromIsWokenToo() {
    hear(service("7", "shop"));
    woken.clear();

    hear(service("8", "bank"));

    assertThat(woken).containsExactlyInAnyOrder("shop", "bank");
  }

  private Optional<String> version() {
    return cache.get("prod", "web").map(service -> service.getMetadata().getResourceVersion());
  }

  private void hear(Service service) {
    Service before = heard.put("prod/web", service);
    if (before == null) {
      cache.onAdd(service);
    } else {
      cache.onUpdate(before, service);
    }
  }

  private static Service service(String version, String holder) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("prod")
        .withName("web")
        .withUid("u")
        .withResourceVersion(version)
        .addToLabels(LABEL, holder)
        .endMetadata()
        .build();
  }

  @Test
  void whatIsOnlyWorthAMessageWakesTheMigrationSoon() {
    List<String> soon = new ArrayList<>();
    HeldCache<Deployment> deployments = new HeldCache<>(LABEL, List.of(), waking(soon), () -> now);

    deployments.onUpdate(deployment("7", 1), deployment("8", 2));
    assertThat(woken).isEmpty();
    assertThat(soon).containsExactly("shop");
    deployments.onUpdate(deployment("8", 2), deployment("9", 3));

    assertThat(woken).containsExactly("shop");
    assertThat(soon).containsExactly("shop");
  }

  private Wakeup waking(List<String> soon) {
    return new Wakeup() {
      @Override
      public void wake(String namespace, String migration) {
        woken.add(migration);
      }

      @Override
      public void wakeSoon(String namespace, String migration) {
        soon.add(migration);
      }
    };
  }

  private static Deployment deployment(String version, int ready) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withNamespace("prod")
        .withName("web")
        .withUid("u")
        .withGeneration(1L)
        .withResourceVersion(version)
        .addToLabels(LABEL, "shop")
        .endMetadata()
        .withNewSpec()
        .withReplicas(3)
        .endSpec()
        .withNewStatus()
        .withObservedGeneration(1L)
        .withReplicas(3)
        .withUpdatedReplicas(3)
        .withReadyReplicas(ready)
        .withAvailableReplicas(ready)
        .endStatus()
        .build();
  }

  @SuppressWarnings("unchecked")
  private SharedIndexInformer<Service> informer() {
    Indexer<Service> store =
        (Indexer<Service>)
            proxy(Indexer.class, (proxy, method, arguments) -> heard.get(arguments[0]));
    return (SharedIndexInformer<Service>)
        proxy(
            SharedIndexInformer.class,
            (proxy, method, arguments) -> method.getName().equals("getStore") ? store : proxy);
  }

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }
}
