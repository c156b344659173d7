package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Decision.StepAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** In which order actions are done, and what becomes of the others when one fails. */
class ExecutorTest {

  private final List<String> created = new ArrayList<>();
  private final List<Integer> atOnce = new ArrayList<>();
  private final Map<String, RuntimeException> failing = new HashMap<>();
  private final Executor executor = new Executor(cluster());

  @Test
  void firstLaneComesFirstAndInOrder() {
    execute(action("a", "a3", 2), action("a", "a1", 0), action("a", "a2", 0), action("b", "b2", 1));

    assertThat(created).containsExactlyInAnyOrder("a1", "a2", "a3", "b2").startsWith("a1", "a2");
    assertThat(atOnce).containsExactly(1, 2);
  }

  @Test
  void whatFailsInTheFirstLaneEndsItsStepAndNoOther() {
    failing.put("a1", new RejectedException("a quota", null));

    Map<String, String> refused =
        execute(
            action("a", "a1", 0),
            action("a", "a2", 0),
            action("a", "a3", 2),
            action("b", "b1", 0),
            action("b", "b2", 2));

    assertThat(created).containsExactlyInAnyOrder("b1", "b2");
    assertThat(refused).containsExactly(Map.entry("a", "a quota"));
  }

  @Test
  void conflictInTheFirstLaneEndsItsStepToo() {
    failing.put("a1", new ConflictException("somebody was quicker", null));

    assertThatThrownBy(
            () ->
                execute(
                    action("a", "a1", 0),
                    action("a", "a2", 2),
                    action("b", "b1", 0),
                    action("b", "b2", 2)))
        .isInstanceOf(ConflictException.class);
    assertThat(created).containsExactlyInAnyOrder("b1", "b2");
  }

  @Test
  void whatFailsInALaterLaneEndsThatLaneOnly() {
    failing.put("a2", new ConflictException("somebody was quicker", null));

    assertThatThrownBy(
            () -> execute(action("a", "a1", 0), action("a", "a2", 2), action("a", "a3", 3)))
        .isInstanceOf(ConflictException.class);
    assertThat(created).containsExactly("a1", "a3");
  }

  @Test
  void whatNobodyCuresByLookingAgainIsTold() {
    failing.put("a1", new ConflictException("somebody was quicker", null));
    failing.put("a2", new IllegalStateException("no connection"));

    assertThatThrownBy(() -> execute(action("a", "a1", 1), action("a", "a2", 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasSuppressedException(failing.get("a1"));
  }

  private Map<String, String> execute(StepAction... actions) {
    return executor.execute(List.of(actions), check -> {});
  }

  private static StepAction action(String step, String creates, int lane) {
    return new StepAction(
        step,
        new Action.Create(
            new ServiceBuilder().withNewMetadata().withName(creates).endMetadata().build()),
        lane);
  }

  private Cluster cluster() {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "sideBySide" -> sideBySide((List<?>) arguments[0]);
                case "create" -> create(((HasMetadata) arguments[0]).getMetadata().getName());
                default -> throw new AssertionError(method.getName());
              }
              return null;
            });
  }

  private void sideBySide(List<?> tasks) {
    atOnce.add(tasks.size());
    tasks.forEach(task -> ((Runnable) task).run());
  }

  private void create(String name) {
    if (failing.containsKey(name)) {
      throw failing.get(name);
    }
    created.add(name);
  }
}
