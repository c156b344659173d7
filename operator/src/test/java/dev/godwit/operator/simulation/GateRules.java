package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.OnTimeout;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.simulation.ApiServer.Write;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nothing passes a gate without what the gate asks for, by a look of its own at answers and clock;
 * and no gate holds up the way back.
 */
final class GateRules {

  /** The windows of scenarios open every ten minutes: what a schedule means is tested elsewhere. */
  static final String EVERY_TEN_MINUTES = "*/10 * * * *";

  private static final Duration PERIOD = Duration.ofMinutes(10);

  private final World world;
  private final Scene scene;
  private final List<MigrationApproval> answers = new ArrayList<>();
  private final Set<String> begun = new HashSet<>();
  private final Set<String> passed = new HashSet<>();

  GateRules(World world, Scene scene) {
    this.world = world;
    this.scene = scene;
  }

  /** After any write. */
  void check(Write write) {
    if (write.after() instanceof MigrationApproval answer && write.before() == null) {
      answers.add(answer);
    }
    if (write.after() instanceof Migration after && after.getStatus() != null) {
      recorded(
          after.getStatus().direction(),
          Optional.ofNullable(after.getStatus().steps()).orElse(List.of()));
    }
  }

  /** After a write of the operator to a Service. */
  void checkMove(Write write) {
    if (scene.isBackward()
        || !(write.before() instanceof Service before)
        || !(write.after() instanceof Service after)
        || before.getSpec().getSelector().equals(after.getSpec().getSelector())) {
      return;
    }
    List<String> owners =
        scene.services().stream()
            .filter(service -> scene.traffic(service).contains(after.getMetadata().getName()))
            .filter(service -> isMove(service, after))
            .toList();
    owners.forEach(service -> moved(step(service)));
  }

  private boolean isMove(String service, Service after) {
    Map<String, String> selector = after.getSpec().getSelector();
    return scene.isInPlace(service)
        ? selector.containsKey(Marks.ROTATION)
            && scene.is(service, "rotation-on", StepState.RUNNING)
        : scene.where(service, selector) == Scene.Where.GREEN
            && scene.is(service, "switch", StepState.RUNNING);
  }

  private String step(String service) {
    return service + (scene.isInPlace(service) ? "/rotation-on" : "/switch");
  }

  /** The first move behind a window is made while it is open, for long enough. */
  private void moved(String step) {
    Optional<String> window = Optional.empty();
    for (StepStatus one : scene.steps()) {
      if (one.name().startsWith("window-before-switch")) {
        window = Optional.of(one.name());
      }
      if (one.name().equals(step)) {
        break;
      }
    }
    window.filter(begun::add).ifPresent(gate -> demandOpen(gate + " before " + step));
  }

  private void demandOpen(String what) {
    Gate.Window window =
        scene.scenario.spec().strategy().settings().gates().beforeSwitch().window();
    Duration needed = TimeSpan.parse(scene.scenario.spec().strategy().settings().monitor());
    Duration since =
        Duration.ofMillis(
            Math.floorMod(
                world.now().minus(firstMinute(window)).toEpochMilli(), PERIOD.toMillis()));
    if (since.plus(needed).compareTo(TimeSpan.parse(window.duration())) > 0) {
      throw new AssertionError(
          "%s: %s after it has opened, %s is left too little for %s"
              .formatted(what, since, window.duration(), needed));
    }
  }

  private static Duration firstMinute(Gate.Window window) {
    return window.schedule().equals(EVERY_TEN_MINUTES)
        ? Duration.ZERO
        : Duration.ofMinutes(Long.parseLong(window.schedule().split("-", 2)[0]));
  }

  private void recorded(Direction direction, List<StepStatus> steps) {
    for (int index = 0; index < steps.size(); index++) {
      StepStatus step = steps.get(index);
      boolean gate = step.name().matches("(delay|approval|window)-(before|between).*");
      if (!gate) {
        continue;
      }
      if (step.state() == StepState.UNDOING || step.state() == StepState.UNDO_FAILED) {
        throw new AssertionError(step.name() + " holds up the way back");
      }
      if (direction == Direction.FORWARD) {
        demandOrder(step, steps.subList(index + 1, steps.size()));
      }
      if (step.state() == StepState.DONE
          && step.name().startsWith("approval-")
          && passed.add(step.name())) {
        demandAnswer(step);
      }
    }
  }

  /** A window may close again in front of a switch that was recorded; nothing else may. */
  private static void demandOrder(StepStatus gate, List<StepStatus> behind) {
    boolean window = gate.name().startsWith("window-");
    behind.stream()
        .filter(step -> gate.state() != StepState.DONE && step.state() != StepState.PENDING)
        .filter(step -> !window || !step.name().matches(".*/(switch|rotation-on)"))
        .findFirst()
        .ifPresent(
            step -> {
              throw new AssertionError(step.name() + " has begun before " + gate.name());
            });
  }

  private void demandAnswer(StepStatus step) {
    Gate.Approval asked = Approver.gateOf(scene.scenario, step.name()).orElseThrow();
    Instant deadline = step.startedAt().plus(TimeSpan.parse(asked.timeout()));
    boolean silence = asked.onTimeout() == OnTimeout.PROCEED && !world.now().isBefore(deadline);
    String turn = step.name().replaceAll("^\\D*", "");
    String gate = asked.name() + (turn.isEmpty() ? "" : "-" + turn);
    boolean yes =
        answers.stream()
            .filter(answer -> answer.getSpec().gate().equals(gate))
            .filter(
                answer ->
                    answer.getSpec().planHash().equals(scene.status().orElseThrow().planHash()))
            .filter(
                answer ->
                    !Boolean.TRUE.equals(asked.separationOfDuties())
                        || !answer.getSpec().approvedBy().equals(Approver.CREATOR))
            .anyMatch(answer -> answer.getSpec().decision() == ApprovalDecision.APPROVE);
    if (!yes && !silence) {
      throw new AssertionError(step.name() + " was passed without an answer: " + answers);
    }
  }
}
