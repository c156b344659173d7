package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.RunSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NarratorTest {

  private final Plan plan = Plans.plan();
  private final Journal start = Plans.begin(plan);

  private List<String> told(Journal before, Journal after) {
    return Narrator.narrate(plan, Optional.ofNullable(before), after).stream()
        .map(Narration::reason)
        .toList();
  }

  private Journal deployed() {
    return Plans.with(start, "orders/deploy", StepState.DONE, 1, "");
  }

  private Journal switched() {
    return Plans.with(deployed(), "orders/switch", StepState.DONE, 2, "");
  }

  private static Journal failed(Journal journal) {
    return journal.withFailure(
        Optional.of(new Failure("PodsUnhealthy", "pod x crashes", Plans.START, null)));
  }

  @Test
  void startIsToldOnce() {
    assertThat(told(null, start)).containsExactly("Started");
    assertThat(told(start, start)).isEmpty();
  }

  @Test
  void confirmedSwitchIsToldAndNothingElseBesideIt() {
    assertThat(told(deployed(), switched())).containsExactly("TrafficSwitched");
  }

  @Test
  void eachChangeOfStageIsToldOnce() {
    Journal watched = Plans.with(switched(), "monitor", StepState.DONE, 3, "");

    assertThat(told(start, deployed())).containsExactly("Switching");
    assertThat(told(deployed(), deployed())).isEmpty();
    assertThat(told(switched(), watched)).containsExactly("CleaningUp");
  }

  @Test
  void changeWithinAStageIsNotTold() {
    assertThat(told(start, Plans.with(start, "orders/deploy", StepState.RUNNING, 1, "waiting")))
        .isEmpty();
  }

  @Test
  void stagesOnTheWayBackAreTold() {
    Journal back = failed(switched()).turned();
    Journal unwatched = Plans.with(back, "monitor", StepState.UNDONE, 5, "");
    Journal onBlue = Plans.with(unwatched, "orders/switch", StepState.UNDONE, 6, "");
    Journal undeployed = Plans.with(onBlue, "orders/deploy", StepState.UNDONE, 7, "");

    assertThat(told(unwatched, onBlue)).containsExactly("TrafficRestored");
    assertThat(told(onBlue, Plans.with(onBlue, "orders/deploy", StepState.UNDOING, 7, "")))
        .isEmpty();
    assertThat(told(undeployed, undeployed.complete(Plans.START))).containsExactly("RolledBack");
    Journal watching = Plans.with(switched(), "monitor", StepState.RUNNING, 3, "");
    Journal turned = failed(watching).turned();
    assertThat(told(turned, Plans.with(turned, "monitor", StepState.UNDONE, 4, "")))
        .containsExactly("RollingBack");
  }

  @Test
  void turnIsToldAsAWarningWithItsReason() {
    List<Narration> told =
        Narrator.narrate(plan, Optional.of(switched()), failed(switched()).turned());

    assertThat(told)
        .containsExactly(new Narration(true, "PodsUnhealthy", "pod x crashes; rolling back"));
  }

  @Test
  void stopIsToldOnce() {
    assertThat(told(switched(), failed(switched()))).containsExactly("PodsUnhealthy");
    assertThat(told(failed(switched()), failed(switched()))).isEmpty();
  }

  @Test
  void turnAfterAStopIsToldToo() {
    assertThat(told(failed(switched()), failed(switched()).turned()))
        .containsExactly("PodsUnhealthy");
  }

  @Test
  void tryingOnceMoreIsTold() {
    assertThat(told(failed(deployed()), deployed())).containsExactly("Resumed");
  }

  private static Plan withSchema() {
    SchemaStage stage = new SchemaStage("expand", SchemaWhen.BEFORE_DEPLOY, OnRollback.TAKE_BACK);
    RunSchema step = new RunSchema(stage, new Marks.Maker("shop", "uid", "shop"));
    return new Plan(List.of(new Stage(step.name(), "MigratingSchema", List.of(step))), List.of());
  }

  @Test
  void aSchemaThatNeedsAPersonIsToldOnceEachTime() {
    Plan staged = withSchema();
    List<String> said =
        List.of(
            "SchemaMigration expand: Job x looks at the database",
            "SchemaMigration expand is stalled (PreflightFailed): no Secret",
            "SchemaMigration expand is stalled (PreflightFailed): no right",
            "SchemaMigration expand: version 1",
            "SchemaMigration expand is stalled (VersionFailed): syntax error");
    List<String> told = new ArrayList<>();
    Journal before = Plans.begin(staged);
    for (String message : said) {
      Journal after = Plans.with(before, "schema-expand", StepState.RUNNING, 1, message);
      Narrator.narrate(staged, Optional.of(before), after)
          .forEach(one -> told.add(one.reason() + ": " + one.message()));
      before = after;
    }

    assertThat(told)
        .containsExactly("SchemaStalled: " + said.get(1), "SchemaStalled: " + said.get(4));
  }

  @Test
  void trafficThatIsBackIsTold() {
    Journal back = failed(switched()).turned();
    Journal undone = Plans.with(back, "orders/switch", StepState.UNDONE, 5, "");

    assertThat(told(back, undone)).containsExactly("TrafficRestored");
  }

  @Test
  void switchThatIsReopenedIsTold() {
    Journal reopened =
        Plans.with(switched(), "orders/switch", StepState.RUNNING, 5, "argocd set the selector");

    assertThat(Narrator.narrate(plan, Optional.of(switched()), reopened))
        .containsExactly(new Narration(true, "TrafficContested", "argocd set the selector"));
  }

  @Test
  void endsAreTold() {
    assertThat(told(switched(), switched().complete(Plans.START))).containsExactly("Succeeded");
    Journal back = failed(deployed()).turned();
    assertThat(told(back, back.complete(Plans.START))).containsExactly("RolledBack");
  }

  @Test
  void membersInPlaceAreToldStageByStageAndNeverAsASwitch() {
    Plan inPlace = Plans.rolling(List.of(Plans.inPlace("orders")));
    Journal out = Plans.begin(inPlace);
    for (String verb : List.of("snapshot", "rotation-on", "out-2")) {
      out = Plans.with(out, "orders/" + verb, StepState.DONE, 1, "");
    }
    Journal upgraded = Plans.with(out, "orders/upgrade-2", StepState.DONE, 2, "");
    Journal returning = Plans.with(upgraded, "orders/in-2", StepState.RUNNING, 3, "labelling");
    Journal returned = Plans.with(returning, "orders/in-2", StepState.DONE, 4, "");

    assertThat(Narrator.narrate(inPlace, Optional.of(out), upgraded))
        .containsExactly(
            new Narration(false, "Returning", "stage in-1.1, 4 of 14 steps done: orders/in-2"));
    assertThat(Narrator.narrate(inPlace, Optional.of(upgraded), returning)).isEmpty();
    assertThat(Narrator.narrate(inPlace, Optional.of(returning), returned))
        .containsExactly(
            new Narration(false, "TakingOut", "stage out-1.2, 5 of 14 steps done: orders/out-1"));
  }
}
