package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.guard.WindowHeld;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.SpecHash;
import dev.godwit.operator.step.Approval;
import dev.godwit.operator.step.Delay;
import dev.godwit.operator.step.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the stages of gates: first the delay, then the approval, then the window, so that an
 * approval is never outdated by a window, and what remains of a window is judged right before what
 * it lets pass.
 */
final class GateStages {

  private final MigrationKind kind;
  private final String migration;
  private final String planHash;
  private final Optional<String> createdBy;
  private final Optional<Gates> gates;
  private final Duration monitor;

  private GateStages(
      MigrationKind kind,
      String migration,
      String planHash,
      Optional<String> createdBy,
      Optional<Gates> gates,
      Duration monitor) {
    this.kind = kind;
    this.migration = migration;
    this.planHash = planHash;
    this.createdBy = createdBy;
    this.gates = gates;
    this.monitor = monitor;
  }

  GateStages(MigrationSpec spec, Marks.Maker maker) {
    this(
        MigrationKind.MIGRATION,
        maker.migration(),
        SpecHash.ofPlan(maker.uid(), SpecHash.of(spec)),
        Optional.ofNullable(spec.createdBy()),
        Optional.ofNullable(spec.strategy().settings().gates()),
        TimeSpan.parse(spec.strategy().settings().monitor()));
  }

  /** Before the first version of a schema is touched. */
  static List<Stage> beforeVersions(SchemaRun run) {
    return new GateStages(
            MigrationKind.SCHEMA_MIGRATION,
            run.name(),
            run.planHash(),
            Optional.empty(),
            Optional.empty(),
            Duration.ZERO)
        .stages("before-versions", "", Optional.ofNullable(run.spec().gate()), Duration.ZERO);
  }

  /**
   * Before traffic moves.
   *
   * @param suffix what tells the gates of a turn from those of another
   */
  List<Stage> beforeSwitch(String suffix) {
    return stages("before-switch" + suffix, suffix, gates.map(Gates::beforeSwitch), monitor);
  }

  /** Before a turn that is not the first. */
  List<Stage> betweenServices(String suffix) {
    return stages("between-services" + suffix, suffix, gates.map(Gates::betweenServices), monitor);
  }

  /** Before the clean-up, after which nothing is monitored. */
  List<Stage> beforeCleanup() {
    return stages("before-cleanup", "", gates.map(Gates::beforeCleanup), Duration.ZERO);
  }

  private List<Stage> stages(String place, String suffix, Optional<Gate> asked, Duration needed) {
    List<Stage> stages = new ArrayList<>();
    asked.ifPresent(
        gate -> {
          if (gate.delay() != null) {
            Duration length = TimeSpan.parse(gate.delay());
            stages.add(
                stage(
                    "Delaying",
                    new Delay("delay-" + place, length, List.of(), "the delay of the gate")));
          }
          if (gate.approval() != null) {
            stages.add(
                stage("AwaitingApproval", approval("approval-" + place, suffix, gate.approval())));
          }
          if (gate.window() != null) {
            stages.add(
                stage("AwaitingWindow", new Window("window-" + place, gate.window(), needed)));
          }
        });
    return stages;
  }

  private Approval approval(String name, String suffix, Gate.Approval asked) {
    return new Approval(name, asked.name() + suffix, kind, migration, planHash, asked, createdBy);
  }

  private static Stage stage(String phase, Step step) {
    return new Stage(step.name(), phase, List.of(step));
  }

  /** What watches over the windows among stages. */
  static List<Guard> guards(List<Stage> stages) {
    return stages.stream()
        .flatMap(stage -> stage.steps().stream())
        .filter(Window.class::isInstance)
        .<Guard>map(step -> new WindowHeld((Window) step))
        .toList();
  }
}
