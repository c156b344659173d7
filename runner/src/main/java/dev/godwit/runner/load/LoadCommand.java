package dev.godwit.runner.load;

import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.LoadReport.BadConfiguration;
import dev.godwit.runner.load.LoadJson.BadPlanException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code runner load [FILE]}: reads a {@link LoadPlan}, carries it out, and prints a {@link
 * LoadReport} as the last line. Progress goes to the other stream.
 */
public final class LoadCommand {

  private static final String VARIABLE = "GODWIT_LOAD";

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;
  private final Path terminationLog;

  /**
   * With its surroundings.
   *
   * @param environment where the plan is looked for when no file is named
   * @param out gets the report
   * @param err gets what else there is to say
   * @param terminationLog gets the report too, if this file exists
   */
  public LoadCommand(
      Map<String, String> environment, PrintStream out, PrintStream err, Path terminationLog) {
    this.environment = Map.copyOf(environment);
    this.out = out;
    this.err = err;
    this.terminationLog = terminationLog;
  }

  /**
   * Runs it.
   *
   * @param arguments the file, or none
   * @return the exit code: 0 measured, 2 the plan is wrong, 3 a side could not be reached at all
   */
  public int run(List<String> arguments) throws InterruptedException {
    LoadReport report = report(arguments);
    String line = LoadJson.line(report);
    out.println(line);
    out.flush();
    if (Files.isWritable(terminationLog)) {
      try {
        Files.writeString(terminationLog, line);
      } catch (IOException e) {
        err.println(terminationLog + ": " + e);
      }
    }
    return report.exitCode();
  }

  private LoadReport report(List<String> arguments) throws InterruptedException {
    LoadPlan plan;
    try {
      plan = LoadJson.plan(document(arguments));
    } catch (BadPlanException e) {
      return new BadConfiguration(e.getMessage());
    }
    err.printf(
        "%d requests/s to %s and %s in turns, to each in %d slices of %d ms%n",
        plan.rate(), plan.blue(), plan.green(), plan.pairs(), plan.sliceMillis());
    return new LoadGenerator(
            plan, side -> new HttpConnection(plan.target(side), Time.SYSTEM), Time.SYSTEM)
        .run();
  }

  private String document(List<String> arguments) throws BadPlanException {
    if (arguments.size() > 1) {
      throw new BadPlanException("there are " + arguments.size() + " arguments: name one file");
    }
    if (arguments.isEmpty()) {
      String plan = environment.getOrDefault(VARIABLE, "");
      if (plan.isBlank()) {
        throw new BadPlanException("there is no plan: name a file, or set " + VARIABLE);
      }
      return plan;
    }
    try {
      return Files.readString(Path.of(arguments.getFirst()));
    } catch (IOException e) {
      throw new BadPlanException("the file " + arguments.getFirst() + " can't be read: " + e);
    }
  }
}
