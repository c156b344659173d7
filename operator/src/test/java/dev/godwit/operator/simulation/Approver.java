package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalSpec;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The people who are asked at gates: they read the status, and answer as the scenario says. */
final class Approver {

  static final String CREATOR = "alice";

  private static final String ASKED = "approval-";
  private static final Duration LONGEST_DELETION = Duration.ofSeconds(40);

  /** How a gate is answered. */
  enum Reply {
    /** Somebody says yes. */
    APPROVE,
    /** Two say yes. */
    APPROVE_TWICE,
    /** Somebody says yes, and deletes that a while later. */
    APPROVE_AND_DELETE,
    /** One says yes, and another no. */
    APPROVE_AND_DENY,
    /** Somebody says no. */
    DENY,
    /** Somebody says yes to another plan, and later to the right one. */
    WRONG_PLAN_FIRST,
    /** Somebody says yes to a gate that there isn't. */
    UNKNOWN_GATE,
    /** The creator says yes. */
    AS_CREATOR,
    /** Nobody says anything. */
    SILENT
  }

  /** Something that a person does later. */
  private record Plan(Instant at, Runnable what) {}

  private final World world;
  private final Scene scene;
  private final Map<String, Gate.Approval> asked = new HashMap<>();
  private final Map<String, Plan> plans = new HashMap<>();
  private int gates;

  Approver(World world, Scene scene) {
    this.world = world;
    this.scene = scene;
  }

  void act() {
    for (StepStatus step : scene.steps()) {
      if (step.name().startsWith(ASKED)
          && step.state() == StepState.RUNNING
          && !asked.containsKey(step.name())) {
        asked.put(step.name(), gate(step.name()));
        answer(gateName(step.name()), reply());
      }
    }
    List.copyOf(plans.entrySet()).stream()
        .filter(plan -> !world.now().isBefore(plan.getValue().at()))
        .forEach(
            plan -> {
              plans.remove(plan.getKey());
              plan.getValue().what().run();
            });
  }

  private Reply reply() {
    List<Reply> replies = scene.scenario.replies();
    return replies.get(gates++ % replies.size());
  }

  private Gate.Approval gate(String step) {
    return gateOf(scene.scenario, step).orElseThrow();
  }

  /** What is asked at a step. */
  static Optional<Gate.Approval> gateOf(Scenario scenario, String step) {
    return Optional.ofNullable(scenario.spec().strategy().settings().gates())
        .map(
            gates ->
                step.contains("before-switch")
                    ? gates.beforeSwitch()
                    : step.contains("between") ? gates.betweenServices() : gates.beforeCleanup())
        .map(Gate::approval);
  }

  /** What an answer must call the gate of a step: in rolling with the number of the turn. */
  private String gateName(String step) {
    String turn = step.replaceAll("^\\D*", "");
    return gate(step).name() + (turn.isEmpty() ? "" : "-" + turn);
  }

  private void answer(String gate, Reply reply) {
    ApprovalDecision yes = ApprovalDecision.APPROVE;
    switch (reply) {
      case APPROVE -> later(gate, "bob", yes);
      case APPROVE_TWICE -> {
        later(gate, "bob", yes);
        later(gate, "carol", yes);
      }
      case APPROVE_AND_DELETE -> {
        later(gate, "bob", yes);
        plan(
            "deletes the answer to " + gate,
            LONGEST_DELETION.plus(world.seconds(0, 60)),
            () -> delete(gate + "-bob"));
      }
      case APPROVE_AND_DENY -> {
        later(gate, "bob", yes);
        later(gate, "carol", ApprovalDecision.DENY);
      }
      case DENY -> later(gate, "carol", ApprovalDecision.DENY);
      case WRONG_PLAN_FIRST -> {
        plan(
            "wrong " + gate,
            world.seconds(1, 20),
            () -> create(gate + "-old", gate, "bob", yes, "0123456789abcdef"));
        later(gate, "dora", yes);
      }
      case UNKNOWN_GATE ->
          plan(
              "unknown " + gate,
              world.seconds(1, 20),
              () -> create(gate + "-x", "x" + gate, "bob", yes, planHash()));
      case AS_CREATOR -> later(gate, CREATOR, yes);
      case SILENT -> {}
    }
  }

  private void later(String gate, String by, ApprovalDecision decision) {
    plan(
        by + " answers " + gate,
        world.seconds(2, 40),
        () -> create(gate + "-" + by, gate, by, decision, planHash()));
  }

  private void plan(String what, Duration after, Runnable act) {
    Instant at = world.now().plus(after);
    plans.put(what, new Plan(at, act));
    world.alarm(at);
  }

  private String planHash() {
    return scene.status().orElseThrow().planHash();
  }

  private void create(
      String name, String gate, String by, ApprovalDecision decision, String planHash) {
    MigrationApproval answer = new MigrationApproval();
    answer.getMetadata().setName(name);
    answer.getMetadata().setNamespace(World.NAMESPACE);
    answer.setSpec(
        new MigrationApprovalSpec(
            MigrationKind.MIGRATION, Scene.MIGRATION, gate, decision, "as agreed", planHash, by));
    world.say("-- %s answers gate %s: %s".formatted(by, gate, decision));
    world.server.create(by, answer);
  }

  private void delete(String name) {
    world
        .server
        .get(MigrationApproval.class, World.NAMESPACE, name)
        .ifPresent(
            answer -> {
              world.say("-- deletes MigrationApproval " + name);
              world.server.delete("kubectl", answer);
            });
  }
}
