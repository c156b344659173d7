package dev.godwit.runner.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.godwit.contract.sql.SqlQuestion;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * {@code runner sql}: asks what the variable {@code GODWIT_SQL} says, of the database whose Secret
 * is mounted, and prints what came of it as the last line.
 */
public final class SqlCommand {

  /** What it was asked about holds. */
  public static final int GOOD = 0;

  /** What it is told to ask is no question. */
  public static final int BAD_QUESTION = 2;

  /** The database did not answer, or it isn't said rightly how to reach it. */
  public static final int NO_ANSWER = 3;

  /** It does not hold. No program ends with this by mistake. */
  public static final int BAD = 4;

  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final String VARIABLE = "GODWIT_SQL";
  private static final int ANSWERED = 200;
  private static final int UNAVAILABLE = 503;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Map<String, String> environment;
  private final Path directory;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * With its surroundings.
   *
   * @param environment where the question is
   * @param directory where the Secret is mounted
   * @param out gets what came of it
   * @param err gets what else there is to say
   */
  public SqlCommand(
      Map<String, String> environment, Path directory, PrintStream out, PrintStream err) {
    this.environment = Map.copyOf(environment);
    this.directory = directory;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs it.
   *
   * @return the exit code: one of the constants above
   */
  public int run() throws InterruptedException, IOException {
    SqlQuestion question;
    try {
      question = MAPPER.readValue(environment.getOrDefault(VARIABLE, ""), SqlQuestion.class);
    } catch (JsonProcessingException e) {
      return say(
          "there is no question in " + VARIABLE + ": " + e.getOriginalMessage(), BAD_QUESTION);
    }
    if (question == null || !question.problems().isEmpty()) {
      return say(
          question == null ? VARIABLE + " is null" : String.join("; ", question.problems()),
          BAD_QUESTION);
    }
    try (Database database = new Database(directory, question)) {
      return question.watch() == null
          ? some(database, question.attempts())
          : watch(database, question.watch());
    }
  }

  private int some(Database database, int attempts) throws InterruptedException {
    Answer answer = database.ask();
    for (int again = 1; again < attempts && !(answer instanceof Answer.Good); again++) {
      err.println(Watching.words(answer));
      Thread.sleep(BETWEEN);
      answer = database.ask();
    }
    return say(
        Watching.words(answer),
        switch (answer) {
          case Answer.Good good -> GOOD;
          case Answer.Bad bad -> BAD;
          case Answer.Unknown unknown -> NO_ANSWER;
        });
  }

  private int watch(Database database, SqlQuestion.Watch watch)
      throws InterruptedException, IOException {
    Watching watching = new Watching(database, watch, Thread::sleep, err);
    HttpServer server = HttpServer.create(new InetSocketAddress(watch.port()), 0);
    server.createContext(
        "/ready",
        exchange -> {
          exchange.sendResponseHeaders(watching.isGood() ? ANSWERED : UNAVAILABLE, -1);
          exchange.close();
        });
    server.start();
    err.println("GET /ready is answered on port " + server.getAddress().getPort());
    try {
      return say(Watching.words(watching.untilBad()), BAD);
    } finally {
      server.stop(0);
    }
  }

  private int say(String line, int exitCode) {
    out.println(line.replace('\n', ' '));
    out.flush();
    return exitCode;
  }
}
