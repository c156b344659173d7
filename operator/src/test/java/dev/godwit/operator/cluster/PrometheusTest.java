package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of the answers of an HTTP server, and which servers are asked at all. */
class PrometheusTest {

  private static final List<Network> LOOPBACK = List.of(Network.parse("127.0.0.0/8"));

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private HttpServer other;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    other.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    other.stop(0);
    threads.shutdownNow();
  }

  private static String url(HttpServer one) {
    return "http://prometheus.test:" + one.getAddress().getPort();
  }

  private void answer(int status, String body) {
    server.createContext("/", exchange -> send(exchange, status, body));
  }

  private void send(HttpExchange exchange, int status, String body) throws IOException {
    asked.add(exchange.getRequestURI().getQuery());
    authorizations.add(
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse(""));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String vector(String... values) {
    List<String> series = new ArrayList<>();
    for (String value : values) {
      series.add("{\"metric\":{},\"value\":[1700000000.1,\"" + value + "\"]}");
    }
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        + String.join(",", series)
        + "]}}";
  }

  private Prometheus prometheus(PrometheusServer... allowed) {
    return prometheus(new InetAddress[] {InetAddress.getLoopbackAddress()}, allowed);
  }

  private Prometheus prometheus(InetAddress[] addresses, PrometheusServer... allowed) {
    return new Prometheus(
        List.of(allowed), name -> addresses, threads, /* timeout= */ Duration.ofSeconds(10));
  }

  private Prometheus impatient() {
    return new Prometheus(
        List.of(allowed(LOOPBACK)),
        name -> new InetAddress[] {InetAddress.getLoopbackAddress()},
        threads,
        /* timeout= */ Duration.ofSeconds(1));
  }

  private PrometheusServer allowed(List<Network> networks) {
    return allowed(networks, Optional.empty());
  }

  private PrometheusServer allowed(List<Network> networks, Optional<Path> token) {
    return allowed(url(server), networks, token);
  }

  private static PrometheusServer allowed(
      String url, List<Network> networks, Optional<Path> token) {
    return new PrometheusServer(
        URI.create(url), token, Optional.empty(), Optional.empty(), Optional.empty(), networks);
  }

  private void redirect(String location) {
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          send(exchange, 302, "");
        });
  }

  private MetricRequest request(Optional<String> samples) {
    return request(url(server), samples);
  }

  private static MetricRequest request(String url, Optional<String> samples) {
    return new MetricRequest(
        "orders/errorRate",
        url,
        "sum(rate(x[1m]))",
        samples,
        100,
        new Limits(OptionalDouble.empty(), OptionalDouble.empty()),
        Duration.ofSeconds(5),
        2);
  }

  private Measured measure() throws InterruptedException {
    return prometheus(allowed(LOOPBACK)).measure(request(Optional.empty()));
  }

  private static String trouble(Measured measured) {
    return measured instanceof Measured.Unknown(String message) ? message : measured.toString();
  }

  @Test
  void valueIsReadAndTheQueryIsSentAsItIs() throws InterruptedException {
    answer(200, vector("0.25"));

    assertThat(measure()).isEqualTo(new Measured.Value(0.25, OptionalDouble.empty()));
    assertThat(asked).containsExactly("query=sum(rate(x[1m]))");
  }

  @Test
  void theMomentOfThePastThatIsAskedAboutIsSent() throws InterruptedException {
    answer(200, vector("0.25"));
    MetricRequest past =
        new MetricRequest(
            "orders/cpu",
            url(server),
            "x",
            Optional.of("count"),
            0,
            new Limits(OptionalDouble.empty(), OptionalDouble.empty()),
            Duration.ofSeconds(5),
            1,
            Optional.of(Instant.ofEpochMilli(1_700_000_000_050L)));

    prometheus(allowed(LOOPBACK)).measure(past);

    assertThat(asked)
        .containsExactly("query=x&time=1700000000.050", "query=count&time=1700000000.050");
  }

  @Test
  void samplesAreAskedForAfterTheValueAndNoneIsZero() throws InterruptedException {
    server.createContext(
        "/",
        exchange ->
            send(
                exchange,
                200,
                exchange.getRequestURI().getQuery().endsWith("count") ? vector() : vector("1")));

    assertThat(prometheus(allowed(LOOPBACK)).measure(request(Optional.of("count"))))
        .isEqualTo(new Measured.Value(1, OptionalDouble.of(0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"status":"success","data":{"resultType":"vector","result":[]}} | there is no such series
          {"status":"success","data":{"resultType":"scalar","result":[1,"NaN"]}} | NaN
          {"status":"success","data":{"resultType":"scalar","result":[1,"+Inf"]}} | infinite
          {"status":"success","data":{"resultType":"scalar","result":[1,"many"]}} | not a number
          {"status":"success","data":{"resultType":"string","result":[1,"x"]}} | gives a string
          {"status":"success","data":{"resultType":"matrix","result":[]}} | gives a matrix
          {"status":"success"} | and not a number
          {"status":"success","data":{"resultType":"vector"}} | not one of Prometheus
          {"status":"success","data":{"resultType":"vector","result":"none"}} | not one of Prometheus
          {"status":"success","data":{"resultType":"vector","result":{"a":1}}} | not one of Prometheus
          {"status":"success","data":{"resultType":"vector","result":[1]}} | not a number
          {"status":"success","data":{"resultType":"scalar","result":{"a":1}}} | not one of Prometheus
          {"status":"success","data":{"resultType":"scalar","result":[]}} | not a number
          <html>welcome</html> | not JSON
          [1, 2] | not one of Prometheus
          """)
  void whatIsNoNumberIsToldAndNoValue(String body, String words) throws InterruptedException {
    answer(200, body);

    Measured measured = measure();

    assertThat(measured).isNotInstanceOf(Measured.Value.class);
    assertThat(measured.toString()).contains(words);
    // To know that there is nothing may pass, to know nothing never does.
    assertThat(measured instanceof Measured.Nothing)
        .isEqualTo(words.contains("no such series") || words.equals("NaN"));
  }

  @Test
  void severalSeriesAreNoAnswer() throws InterruptedException {
    answer(200, vector("1", "2"));

    assertThat(trouble(measure())).contains("gives 2 series", "aggregate");
  }

  @Test
  void whatPrometheusRefusesIsToldInItsWords() throws InterruptedException {
    answer(
        400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error at 1:5\"}");

    assertThat(trouble(measure())).contains("answered 400", "bad_data", "parse error at 1:5");
  }

  @Test
  void goodBodyWithABadStatusIsNoValue() throws InterruptedException {
    answer(503, vector("0"));

    assertThat(trouble(measure())).contains("answered 503");
  }

  @Test
  void anAnswerWithoutAnEndIsReadNoFartherThanItMayBeLong() throws InterruptedException {
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] blank = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
          try (var body = exchange.getResponseBody()) {
            while (!Thread.currentThread().isInterrupted()) {
              body.write(blank);
            }
          }
        });

    assertThat(trouble(measure())).contains("more than 1 MiB");
  }

  @Test
  void serverThatRefusesConnectionsIsNoValue() throws InterruptedException {
    server.stop(0);

    assertThat(trouble(measure())).contains(url(server) + " failed");
  }

  @Test
  void onlyWhatIsAllowedIsAsked() throws InterruptedException {
    answer(200, vector("1"));
    Prometheus nobody = prometheus();

    assertThat(trouble(nobody.measure(request(Optional.empty()))))
        .contains("is not among the addresses");
    assertThat(nobody.refusal(url(server)).orElseThrow()).contains("prometheus.allowed");
    assertThat(prometheus(allowed(LOOPBACK)).refusal(url(server))).isEmpty();
    assertThat(prometheus(allowed(LOOPBACK)).refusal(url(server) + "0")).isPresent();
    assertThat(asked).isEmpty();
  }

  /** The schema of a custom resource can't tell all of these from addresses. */
  @ParameterizedTest
  @ValueSource(strings = {"http://prom{x}:9090", "http://a|b", "http://a%zz", "http://", "prom"})
  void whatIsNoAddressIsRefused(String url) {
    assertThat(prometheus(allowed(LOOPBACK)).refusal(url).orElseThrow())
        .contains(url, "prometheus.allowed");
  }

  @Test
  void nameThatLeadsToTheOperatorsOwnMachineIsNotAskedThoughItIsAllowed()
      throws InterruptedException {
    answer(200, vector("1"));

    assertThat(trouble(prometheus(allowed(List.of())).measure(request(Optional.empty()))))
        .contains("at no address that may be asked");
    assertThat(asked).isEmpty();
  }

  @Test
  void redirectIsFollowedWithinWhatIsAllowedAndNoFarther() throws InterruptedException {
    other.createContext("/", exchange -> send(exchange, 200, vector("1")));
    redirect(url(other) + "/api/v1/query");

    assertThat(trouble(measure())).contains(url(other), "is not among the addresses");
    assertThat(asked).hasSize(1);
  }

  @Test
  void redirectToAServerThatMayBeAskedIsFollowedWithoutTheCredentialsOfTheFirst(
      @TempDir Path folder) throws Exception {
    other.createContext("/", exchange -> send(exchange, 200, vector("1")));
    redirect(url(other) + "/moved");
    Path token = Files.writeString(folder.resolve("token"), "secret");
    Prometheus prometheus =
        prometheus(
            allowed(LOOPBACK, Optional.of(token)), allowed(url(other), LOOPBACK, Optional.empty()));

    assertThat(prometheus.measure(request(Optional.empty())))
        .isEqualTo(new Measured.Value(1, OptionalDouble.empty()));
    assertThat(authorizations).containsExactly("Bearer secret", "");
  }

  @Test
  void eachOfTwoServersIsToldItsOwnCredentials(@TempDir Path folder) throws Exception {
    other.createContext("/", exchange -> send(exchange, 200, vector("1")));
    redirect(url(other) + "/moved");
    Path mine = Files.writeString(folder.resolve("mine"), "of the first");
    Path others = Files.writeString(folder.resolve("others"), "of the other");

    prometheus(
            allowed(LOOPBACK, Optional.of(mine)),
            allowed(url(other), LOOPBACK, Optional.of(others)))
        .measure(request(Optional.empty()));

    assertThat(authorizations).containsExactly("Bearer of the first", "Bearer of the other");
  }

  @Test
  void whereARedirectLeadsMustBeAtAnAddressThatMayBeAskedToo() throws InterruptedException {
    other.createContext("/", exchange -> send(exchange, 200, vector("1")));
    redirect(url(other) + "/moved");
    Prometheus prometheus =
        prometheus(allowed(LOOPBACK), allowed(url(other), List.of(), Optional.empty()));

    assertThat(trouble(prometheus.measure(request(Optional.empty()))))
        .contains(url(other) + " is at no address that may be asked");
    assertThat(asked).hasSize(1);
  }

  @Test
  void connectionIsMadeToTheAddressThatMayBeAskedOfSeveral() throws Exception {
    answer(200, vector("1"));
    InetAddress[] addresses = {
      InetAddress.getByName("169.254.169.254"), InetAddress.getLoopbackAddress()
    };

    assertThat(prometheus(addresses, allowed(LOOPBACK)).measure(request(Optional.empty())))
        .isEqualTo(new Measured.Value(1, OptionalDouble.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "fe80::1", "127.0.0.2", "::1", "0.0.0.0", "224.0.0.1"})
  void addressThatMeansSomethingOnOneMachineOrNetworkOnlyIsNotAsked(String address)
      throws Exception {
    InetAddress[] addresses = {InetAddress.getByName(address)};

    assertThat(
            trouble(prometheus(addresses, allowed(List.of())).measure(request(Optional.empty()))))
        .contains("at no address that may be asked");
  }

  @ParameterizedTest
  @CsvSource({
    "http://prometheus.test/tenant,       http://prometheus.test/tenant,                     true",
    "http://prometheus.test/tenant,       http://prometheus.test/tenant/api/v1/query,        true",
    "http://prometheus.test/tenant/,      http://prometheus.test/tenant/api/v1/query,        true",
    "http://prometheus.test/tenant,       http://prometheus.test/tenants/api/v1/query,       false",
    "http://prometheus.test/tenant,       http://prometheus.test/api/v1/query,               false",
    "http://prometheus.test/tenant,       http://prometheus.test/tenant/../api/v1/query,     false",
    "http://prometheus.test/tenant,       http://prometheus.test/tenant/%2e%2e/api/v1/query, false",
    "http://prometheus.test/tenant,       http://prometheus.test/tenant/x%2f..%2f..%2fapi,   false",
    "http://prometheus.test,              http://prometheus.test/anything,                   true",
    "http://prometheus.test,              HTTP://Prometheus.TEST:80/api/v1/query,            true",
    "https://prometheus.test,             https://prometheus.test:443/api/v1/query,          true",
    "http://prometheus.test,              http://prometheus.test:9090/api/v1/query,          false",
    "http://prometheus.test,              https://prometheus.test:80/api/v1/query,           false",
    "http://prometheus.test,              http://prometheus.test.example/api/v1/query,       false"
  })
  void serverIsAskedBelowItsPathAndNowhereElse(String root, URI asked, boolean serves) {
    assertThat(allowed(root, List.of(), Optional.empty()).serves(asked)).isEqualTo(serves);
  }

  @Test
  void pathOfTheServerStandsBeforeThatOfTheApi() throws InterruptedException {
    List<String> paths = new CopyOnWriteArrayList<>();
    server.createContext(
        "/",
        exchange -> {
          paths.add(exchange.getRequestURI().getPath());
          send(exchange, 200, vector("1"));
        });
    MetricRequest request = request(url(server) + "/tenant/", Optional.empty());
    PrometheusServer tenant = allowed(url(server) + "/tenant", LOOPBACK, Optional.empty());

    assertThat(prometheus(tenant).measure(request)).isInstanceOf(Measured.Value.class);
    assertThat(paths).containsExactly("/tenant/api/v1/query");
  }

  @Test
  void serverThatNeverAnswersIsGivenUp() throws InterruptedException {
    server.createContext("/", exchange -> {});

    assertThat(trouble(impatient().measure(request(Optional.empty()))))
        .isEqualTo(url(server) + " gave no answer within 1s");
  }

  @Test
  void serverThatAnswersAByteAtATimeIsGivenUpToo() throws InterruptedException {
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (var body = exchange.getResponseBody()) {
            for (int written = 0; written < 300; written++) {
              body.write(' ');
              body.flush();
              Thread.sleep(Duration.ofMillis(50));
            }
            body.write(vector("1").getBytes(StandardCharsets.UTF_8));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });

    assertThat(trouble(impatient().measure(request(Optional.empty()))))
        .isEqualTo(url(server) + " gave no answer within 1s");
  }

  private void answerAs(String type, String body) {
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", type);
          send(exchange, 200, body);
        });
  }

  @Test
  void pageThatIsCalledJsonIsNoValue() throws InterruptedException {
    answerAs("application/json", "<html>Please log in</html>");

    assertThat(trouble(measure())).contains("not JSON").doesNotContain("log in");
  }

  @Test
  void answerThatIsCalledAPageIsReadAsWhatItIs() throws InterruptedException {
    answerAs("text/html", vector("1"));

    assertThat(measure()).isEqualTo(new Measured.Value(1, OptionalDouble.empty()));
  }

  @Test
  void nameAndPasswordAreReadAnewEachTimeAndAreInNoMessage(@TempDir Path folder) throws Exception {
    answer(500, "");
    Path username = Files.writeString(folder.resolve("username"), "godwit\n");
    Path password = Files.writeString(folder.resolve("password"), "pässword\n");
    Prometheus prometheus =
        prometheus(
            new PrometheusServer(
                URI.create(url(server)),
                Optional.empty(),
                Optional.of(username),
                Optional.of(password),
                Optional.empty(),
                LOOPBACK));

    String message = trouble(prometheus.measure(request(Optional.empty())));
    Files.writeString(password, "second");
    prometheus.measure(request(Optional.empty()));

    assertThat(authorizations)
        .containsExactly("Basic " + base64("godwit:pässword"), "Basic " + base64("godwit:second"));
    assertThat(message).doesNotContain("godwit", "pässword");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void credentialsThatCannotBeReadAreNamedByTheirFileAndNothingIsAsked(@TempDir Path folder)
      throws InterruptedException {
    answer(200, vector("1"));
    Path token = folder.resolve("token");

    assertThat(
            trouble(
                prometheus(allowed(LOOPBACK, Optional.of(token)))
                    .measure(request(Optional.empty()))))
        .contains("failed", token.toString());
    assertThat(asked).isEmpty();
  }

  @Test
  void redirectToWhatIsNoAddressIsNoValue() throws InterruptedException {
    redirect("http://{nowhere}/");

    assertThat(trouble(measure())).contains("failed", "redirect");
  }

  @Test
  void redirectWithoutAnAddressIsNoValue() throws InterruptedException {
    answer(302, "");

    assertThat(trouble(measure())).contains("answered 302 without saying where to");
  }

  /** The body is bounded, and so is what comes before it. */
  @ParameterizedTest
  @CsvSource({"1, 100000", "1000, 10"})
  void headersAreReadNoFartherThanTheyMayBe(int count, int length) throws InterruptedException {
    server.createContext(
        "/",
        exchange -> {
          for (int i = 0; i < count; i++) {
            exchange.getResponseHeaders().add("X-" + i, "x".repeat(length));
          }
          send(exchange, 200, vector("1"));
        });

    assertThat(trouble(measure())).contains("failed", "exceeded");
  }

  @Test
  void redirectsDoNotGoOnForever() throws InterruptedException {
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/again");
          send(exchange, 307, "");
        });

    assertThat(trouble(measure())).contains("more than 3 redirects");
    assertThat(asked).hasSize(4);
  }

  @Test
  void tokenIsReadAnewEachTimeAndIsInNoMessage(@TempDir Path folder) throws Exception {
    answer(500, "");
    Path token = Files.writeString(folder.resolve("token"), "first\n");
    Prometheus prometheus = prometheus(allowed(LOOPBACK, Optional.of(token)));

    String message = trouble(prometheus.measure(request(Optional.empty())));
    Files.writeString(token, "second");
    prometheus.measure(request(Optional.empty()));

    assertThat(authorizations).containsExactly("Bearer first", "Bearer second");
    assertThat(message).doesNotContain("first");
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3,      10.0.0.0/8,     true",
    "11.1.2.3,      10.0.0.0/8,     false",
    "192.168.1.130, 192.168.1.128/25, true",
    "192.168.1.1,   192.168.1.128/25, false",
    "fd00::1,       fd00::/8,       true",
    "10.1.2.3,      fd00::/8,       false"
  })
  void networkHoldsTheAddressesThatShareItsBits(String address, String network, boolean within)
      throws IOException {
    assertThat(Network.parse(network).contains(InetAddress.getByName(address))).isEqualTo(within);
  }
}
