package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.VersionResult;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobEnd;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.SchemaJob;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Brings versions of a schema, or takes them back; on the way back the other way round. What is
 * there is decided by the database's own history: nothing is run twice, and what was never there is
 * left alone.
 *
 * @param versions in the order in which they are run
 */
public record MoveVersions(SchemaRun run, List<String> versions) implements SchemaJobStep {

  /** Copies the list. */
  public MoveVersions {
    versions = List.copyOf(versions);
  }

  @Override
  public String name() {
    String which =
        versions.size() == 1
            ? versions.getFirst()
            : versions.getFirst() + ".." + versions.getLast();
    return which + "/" + verb(true);
  }

  /** What is done, forwards or backwards. */
  private String verb(boolean forwards) {
    return action(forwards).name().toLowerCase(Locale.ROOT);
  }

  private SchemaOrder.Action action(boolean forwards) {
    return run.isUp() == forwards ? SchemaOrder.Action.UP : SchemaOrder.Action.DOWN;
  }

  @Override
  public String job(boolean forwards, int attempt) {
    String which = versions.getFirst() + "-" + verb(forwards);
    return SchemaJob.name(run, forwards ? which : which + "-back", attempt);
  }

  @Override
  public Assessment assess(Situation situation) {
    return assess(
        situation,
        job(true, situation.entry().attempt()),
        SchemaJob.moving(action(true), versions, false, run),
        situation.entry().since(),
        this::done);
  }

  private Assessment done(Optional<JobEnd> end) {
    return SchemaReports.read(end, SchemaReport.Moved.class)
        .map(
            report ->
                Assessment.done(
                    words(report),
                    PreImages.results(results(report), SchemaRun.named(report.current()))))
        .orElseGet(
            () ->
                Assessment.done(
                    "its report is lost", PreImages.results(null, run.versionAfter(versions))));
  }

  private Assessment takenBack(Optional<JobEnd> end, Situation situation) {
    String current =
        SchemaReports.read(end, SchemaReport.Moved.class)
            .map(report -> SchemaRun.named(report.current()))
            .orElseGet(() -> run.versionBefore(versions));
    return Assessment.done(
        "taken back", PreImages.results(situation.entry().preImage().results(), current));
  }

  /**
   * How many of the versions are moved by what is remembered; 0 where nothing is known.
   *
   * @param remembered the step's pre-image
   */
  public int moved(PreImage remembered) {
    return IntStream.rangeClosed(1, versions.size())
        .filter(count -> run.versionAfter(versions.subList(0, count)).equals(remembered.current()))
        .findFirst()
        .orElse(0);
  }

  private static String words(SchemaReport.Moved report) {
    long rows = report.versions().stream().mapToLong(SchemaReport.Result::rows).sum();
    long millis = report.versions().stream().mapToLong(SchemaReport.Result::millis).sum();
    int waits = report.versions().stream().mapToInt(SchemaReport.Result::lockWaits).sum();
    boolean already = report.versions().stream().allMatch(SchemaReport.Result::already);
    return already
        ? "it was so already"
        : "%d ms, %d rows%s"
            .formatted(millis, rows, waits == 0 ? "" : ", tried again for a lock: " + waits);
  }

  private static List<VersionResult> results(SchemaReport.Moved report) {
    return report.versions().stream()
        .map(one -> new VersionResult(one.millis(), one.rows(), one.lockWaits()))
        .toList();
  }

  /** What may still be brought can't be taken back: first its Job must have ended, well or not. */
  @Override
  public Assessment assessUndo(Situation situation) {
    return stillAtWork(situation)
        .orElseGet(
            () ->
                run.restores()
                    ? Assessment.done("the dump is restored in its place")
                    : takeBack(situation));
  }

  private Assessment takeBack(Situation situation) {
    Assessment answer =
        assessBack(
            situation,
            job(false, situation.entry().attempt()),
            SchemaJob.moving(action(false), versions.reversed(), true, run),
            end -> takenBack(end, situation));
    return answer instanceof Assessment.Failed failed && isForGood()
        ? new Assessment.Failed(
            failed.reason(),
            "version " + versions.getFirst() + " has no down. " + Commands.leaveAsItIs(run),
            failed.remembered())
        : answer;
  }

  private boolean isForGood() {
    return run.isUp() && !run.isReversible(versions);
  }

  @Override
  public boolean holdsTurn(Journal journal) {
    return isForGood() && journal.entry(name()).state() == StepState.RUNNING;
  }

  /** Where a version has failed nothing has come of it, and there is a way back. */
  @Override
  public boolean isPastReturn(Journal journal) {
    return isForGood() && journal.isDone(name());
  }
}
