package dev.godwit.runner;

import dev.godwit.runner.load.LoadCommand;
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
  public static void main(String[] args) throws InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler(Main::giveUp);
    List<String> arguments = Arrays.asList(args);
    if (arguments.isEmpty() || !arguments.getFirst().equals("load")) {
      System.err.println("usage: runner load [FILE]    without FILE, what to do is in GODWIT_LOAD");
      System.exit(USAGE);
    }
    var command = new LoadCommand(System.getenv(), System.out, System.err, TERMINATION_LOG);
    System.exit(command.run(arguments.subList(1, arguments.size())));
  }

  /** A thread that a bug has ended may be one that others wait for. */
  private static void giveUp(Thread thread, Throwable bug) {
    bug.printStackTrace();
    Runtime.getRuntime().halt(BUG);
  }
}
