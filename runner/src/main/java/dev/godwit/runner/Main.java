package dev.godwit.runner;

import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.sql.DatabaseFiles;
import dev.godwit.runner.lint.Linter;
import dev.godwit.runner.load.LoadCommand;
import dev.godwit.runner.schema.Inspector;
import dev.godwit.runner.schema.SchemaCommand;
import dev.godwit.runner.sql.SqlCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The entry point of the image: {@code runner COMMAND [ARGUMENT…]}. */
public final class Main {

  private static final int BUG = 1;
  private static final int USAGE = 2;

  /** What Kubernetes makes the container's message from. */
  private static final Path TERMINATION_LOG = Path.of("/dev/termination-log");

  private Main() {}

  /**
   * Runs a command and exits with its exit code, or with 2 when there is no such command.
   *
   * @param args the command and its arguments
   */
  public static void main(String[] args) throws InterruptedException, IOException {
    Thread.setDefaultUncaughtExceptionHandler(Main::giveUp);
    System.exit(run(Arrays.asList(args)));
  }

  private static int run(List<String> arguments) throws InterruptedException, IOException {
    return switch (arguments.isEmpty() ? "" : arguments.getFirst()) {
      case "load" ->
          new LoadCommand(System.getenv(), System.out, System.err, TERMINATION_LOG)
              .run(arguments.subList(1, arguments.size()));
      case "sql" -> sql();
      case "schema" -> schema();
      default -> {
        System.err.println(
            """
            usage: runner load [FILE]    without FILE, what to do is in GODWIT_LOAD
                   runner sql            what to ask is in GODWIT_SQL, the database's Secret in\
             %s
                   runner schema         what to do is in GODWIT_SCHEMA, the Secret as above, the\
             versions' SQL in %s"""
                .formatted(DatabaseFiles.DIRECTORY, SchemaFiles.DIRECTORY));
        yield USAGE;
      }
    };
  }

  private static int sql() throws InterruptedException, IOException {
    Path secret = Path.of(DatabaseFiles.DIRECTORY);
    return new SqlCommand(System.getenv(), secret, System.out, System.err).run();
  }

  private static int schema() throws InterruptedException {
    var places =
        new SchemaCommand.Places(
            Path.of(DatabaseFiles.DIRECTORY), Path.of(SchemaFiles.DIRECTORY), TERMINATION_LOG);
    Inspector linter = new Linter()::lint;
    return new SchemaCommand(System.getenv(), places, System.out, System.err, linter).run();
  }

  /** A thread that a bug has ended may be one that others wait for. */
  private static void giveUp(Thread thread, Throwable bug) {
    bug.printStackTrace();
    Runtime.getRuntime().halt(BUG);
  }
}
