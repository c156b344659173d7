package dev.godwit.runner.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.godwit.contract.load.FailureReason;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.LoadReport.BadConfiguration;
import dev.godwit.contract.load.LoadReport.Measured;
import dev.godwit.contract.load.LoadReport.Unreachable;
import dev.godwit.contract.load.StatusClass;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole command against real servers; what is asserted is counts, which no clock changes. */
@Timeout(120)
class LoadCommandTest {

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private HttpServer blue;
  private HttpServer green;
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void serve() throws IOException {
    blue = server(200);
    green = server(503);
  }

  @AfterEach
  void stop() {
    blue.stop(0);
    green.stop(0);
    executor.close();
  }

  private HttpServer server(int status) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private String plan() {
    return """
    {"blue": "%s", "green": "%s", "requests": [{}], "rate": 200, "sliceMillis": 100,
     "warmUpMillis": 100, "durationMillis": 800, "timeoutMillis": 30000, "connections": 4,
     "quantiles": [0.5]}
    """
        .formatted(url(blue), url(green));
  }

  private int run(Map<String, String> environment, String... arguments)
      throws InterruptedException {
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    var quiet = new PrintStream(PrintStream.nullOutputStream());
    return new LoadCommand(environment, stream, quiet, folder.resolve("termination-log"))
        .run(List.of(arguments));
  }

  private LoadReport report() throws IOException {
    String[] lines = out.toString(StandardCharsets.UTF_8).split("\n", -1);
    assertThat(lines).hasSize(2).endsWith("");
    return JsonMapper.builder().build().readValue(lines[0], LoadReport.class);
  }

  @Test
  void bothSidesAreMeasuredAndTheReportIsTheLastLine() throws Exception {
    assertThat(run(Map.of("GODWIT_LOAD", plan()))).isZero();
    var measured = (Measured) report();
    assertThat(measured.pairs()).hasSize(4);
    assertThat(measured.duePerSlice()).isEqualTo(20);
    assertThat(measured.blue().failed()).isZero();
    assertThat(measured.blue().statuses()).isEqualTo(Map.of(StatusClass.SUCCESS, 80L));
    assertThat(measured.green().statuses()).isEqualTo(Map.of(StatusClass.SERVER_ERROR, 80L));
    assertThat(measured.green().failures()).isEqualTo(Map.of(FailureReason.UNEXPECTED_STATUS, 80L));
    assertThat(asked).hasValue(2 * 20 + 2 * 80);
  }

  @Test
  void thePlanMayBeAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("load.json"), plan());
    assertThat(run(Map.of(), file.toString())).isZero();
    assertThat(report()).isInstanceOf(Measured.class);
  }

  @Test
  void theTerminationMessageIsWrittenWhereThereIsOne() throws Exception {
    Path log = Files.createFile(folder.resolve("termination-log"));
    run(Map.of());
    assertThat(Files.readString(log) + "\n").isEqualTo(out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void noTerminationMessageIsMadeUp() throws Exception {
    run(Map.of());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aWrongPlanSendsNothingAndExitsWithTwo() throws Exception {
    assertThat(run(Map.of("GODWIT_LOAD", plan().replace("200", "0")))).isEqualTo(2);
    assertThat(((BadConfiguration) report()).message()).contains("rate is 0: make it 1 to 10000");
    assertThat(asked).hasValue(0);
  }

  @Test
  void withoutAPlanItSaysWhereToPutOne() throws Exception {
    assertThat(run(Map.of())).isEqualTo(2);
    assertThat(((BadConfiguration) report()).message())
        .isEqualTo("there is no plan: name a file, or set GODWIT_LOAD");
  }

  @Test
  void aFileThatIsNotThereIsAWrongPlan() throws Exception {
    assertThat(run(Map.of(), folder.resolve("none").toString())).isEqualTo(2);
    assertThat(((BadConfiguration) report()).message()).contains("none", "can't be read");
  }

  @Test
  void aSideThatIsNotThereExitsWithThree() throws Exception {
    String plan = plan().replace("30000", "300");
    green.stop(0);
    assertThat(run(Map.of("GODWIT_LOAD", plan))).isEqualTo(3);
    assertThat(report())
        .isInstanceOfSatisfying(
            Unreachable.class,
            unreachable -> assertThat(unreachable.message()).contains(url(green)));
    assertThat(asked).hasValue(0);
  }
}
