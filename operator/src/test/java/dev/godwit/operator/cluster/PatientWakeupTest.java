package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What can wait is told once, and never lost. */
class PatientWakeupTest {

  private final List<String> woken = new ArrayList<>();
  private final Queue<Runnable> later = new ArrayDeque<>();
  private final Wakeup wakeup =
      new PatientWakeup((namespace, name) -> woken.add(namespace + "/" + name), later::add);

  private void aWhilePasses() {
    List<Runnable> due = List.copyOf(later);
    later.clear();
    due.forEach(Runnable::run);
  }

  @Test
  void whatIsUrgentIsToldAtOnce() {
    wakeup.wake("prod", "shop");
    wakeup.wake("prod", "shop");

    assertThat(woken).containsExactly("prod/shop", "prod/shop");
    assertThat(later).isEmpty();
  }

  @Test
  void whatCanWaitIsToldOnceForAll() {
    wakeup.wakeSoon("prod", "shop");
    wakeup.wakeSoon("prod", "shop");
    wakeup.wakeSoon("test", "shop");
    assertThat(woken).isEmpty();

    aWhilePasses();

    assertThat(woken).containsExactly("prod/shop", "test/shop");
  }

  @Test
  void whatComesAfterItWasToldIsToldAgain() {
    wakeup.wakeSoon("prod", "shop");
    aWhilePasses();
    wakeup.wakeSoon("prod", "shop");
    aWhilePasses();

    assertThat(woken).containsExactly("prod/shop", "prod/shop");
  }

  @Test
  void whatComesWhileItIsToldIsToldAgain() {
    List<Wakeup> self = new ArrayList<>();
    Wakeup reentrant =
        new PatientWakeup(
            (namespace, name) -> {
              woken.add(name);
              if (woken.size() == 1) {
                self.getFirst().wakeSoon(namespace, name);
              }
            },
            later::add);
    self.add(reentrant);

    reentrant.wakeSoon("prod", "shop");
    aWhilePasses();
    aWhilePasses();

    assertThat(woken).containsExactly("shop", "shop");
  }
}
