package dev.godwit.operator;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Starts the operator. */
public final class Main {

  private static final int MALFORMED = 2;

  private Main() {}

  /**
   * The entry point of the image. Exits with 2 if a flag or an environment variable can't be used,
   * and with 1 if the operator can't start.
   *
   * @param args flags of the same names as the environment variables, which they override
   */
  public static void main(String[] args) {
    try {
      Configuration configuration = Configuration.parse(List.of(args), System.getenv());
      // Logback reads it when the first logger is made.
      System.setProperty(
          Logging.FORMAT,
          configuration.logFormat() == Configuration.LogFormat.JSON ? "json" : "text");
      run(configuration);
    } catch (Configuration.Invalid e) {
      System.err.println("godwit: " + e.getMessage());
      System.exit(MALFORMED);
    }
  }

  private static void run(Configuration configuration) throws Configuration.Invalid {
    try {
      Godwit godwit = new Godwit(configuration, Config.autoConfigure(null), InstantSource.system());
      Runtime.getRuntime().addShutdownHook(new Thread(godwit::close, "shutdown"));
      godwit.start();
    } catch (IOException | RuntimeException e) {
      LoggerFactory.getLogger(Main.class).error("the operator could not start", e);
      System.exit(1);
    }
  }
}
