package dev.godwit.operator.step;

import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.plan.Wanted;

/**
 * The database has its versions, and a Migration stands on them: until that says that they are to
 * stay, they can still be taken back.
 */
public record StandBy(SchemaRun run) implements Step {

  /** Name of the step. */
  public static final String NAME = "stand-by";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Assessment assess(Situation situation) {
    if (run.holder().isEmpty()) {
      return Assessment.await("no Migration holds it: " + ways());
    }
    SchemaRun.Holder holder = run.holder().get();
    return holder.wanted() == Wanted.KEEP
        ? Assessment.done()
        : Assessment.await(
            "Migration " + holder.name() + " stands on it. When that is gone for good: " + ways());
  }

  private String ways() {
    return "to keep what the database has: %s; to take it back: %s"
        .formatted(Commands.want(run, Wanted.KEEP), Commands.want(run, Wanted.TAKE_BACK));
  }
}
