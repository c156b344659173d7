package dev.godwit.runner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaOrder.Action;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Moved;
import dev.godwit.contract.schema.SchemaVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ObjectAssert;

/** Runs of the command against a database, with a catalogue that is built version by version. */
final class SchemaRuns {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path secret;
  private final Path versions;
  private final Path terminationLog;
  private final List<SchemaVersion> catalogue = new ArrayList<>();

  /** What is ordered unless a test says otherwise. */
  String schema = "app";

  String run = "run-1";
  boolean back;
  boolean locked;
  String from;

  /** Null: that of the catalogue as it is. */
  String sqlHash;

  SchemaOrder.Baseline baseline;
  int lockTimeoutMillis = 500;
  int patienceMillis = 20_000;
  int statementTimeoutMillis = 60_000;
  int idleTimeoutMillis = 60_000;
  Inspector inspector = (version, sql, transactional) -> List.of();
  Time time = Time.SYSTEM;

  /** Of the last run. */
  String err = "";

  String out = "";
  int exitCode;

  SchemaRuns(Path directory, int port) throws IOException {
    secret = Files.createDirectories(directory.resolve("secret"));
    versions = Files.createDirectories(directory.resolve("versions"));
    terminationLog = Files.createFile(directory.resolve("termination-log"));
    key("host", "127.0.0.1");
    key("port", Integer.toString(port));
    key("dbname", "postgres");
    key("username", TestDatabase.ROLE);
    key("password", TestDatabase.PASSWORD);
  }

  SchemaRuns key(String name, String value) throws IOException {
    Files.writeString(secret.resolve(name), value);
    return this;
  }

  Path secret() {
    return secret;
  }

  /** Adds a version without further texts. */
  SchemaRuns version(String name, String up) throws IOException {
    return add(name, up, true);
  }

  /** Adds a version that is not transactional. */
  SchemaRuns statementwise(String name, String up, String verify) throws IOException {
    return add(name, up, false).text(name, Text.VERIFY, verify);
  }

  private SchemaRuns add(String name, String up, boolean transactional) throws IOException {
    return add(new SchemaVersion(name, "of " + name, Map.of(), up.hashCode(), transactional), up);
  }

  SchemaRuns add(SchemaVersion version, String up) throws IOException {
    catalogue.removeIf(other -> other.version().equals(version.version()));
    catalogue.add(version);
    return text(version.version(), Text.UP, up);
  }

  /** Writes the up text of a version anew, at its place. */
  SchemaRuns change(String name, String up) throws IOException {
    catalogue.replaceAll(
        version ->
            version.version().equals(name)
                ? new SchemaVersion(
                    name,
                    version.description(),
                    version.checksums(),
                    up.hashCode(),
                    version.transactional())
                : version);
    return text(name, Text.UP, up);
  }

  SchemaRuns text(String name, Text kind, String sql) throws IOException {
    return text(name, kind, sql.getBytes(StandardCharsets.UTF_8));
  }

  SchemaRuns text(String name, Text kind, byte[] sql) throws IOException {
    Files.write(versions.resolve(kind.file(name)), sql);
    return checksums(name, checksums -> checksums.put(kind, sha256(sql)));
  }

  /** The version has no such text. */
  SchemaRuns without(String name, Text kind) throws IOException {
    Files.delete(versions.resolve(kind.file(name)));
    return checksums(name, checksums -> checksums.remove(kind));
  }

  private SchemaRuns checksums(String name, Consumer<Map<Text, String>> change) {
    catalogue.replaceAll(
        version -> version.version().equals(name) ? with(version, change) : version);
    return this;
  }

  private static SchemaVersion with(SchemaVersion version, Consumer<Map<Text, String>> change) {
    Map<Text, String> checksums = new EnumMap<>(Text.class);
    checksums.putAll(version.checksums());
    change.accept(checksums);
    return new SchemaVersion(
        version.version(),
        version.description(),
        checksums,
        version.flywayChecksum(),
        version.transactional());
  }

  SchemaRuns verify(String name, String sql) throws IOException {
    return text(name, Text.VERIFY, sql);
  }

  SchemaRuns down(String name, String sql) throws IOException {
    return text(name, Text.DOWN, sql);
  }

  /** With the same versions. */
  SchemaRuns like(SchemaRuns other) throws IOException {
    catalogue.addAll(other.catalogue);
    try (var files = Files.list(other.versions)) {
      for (Path file : files.toList()) {
        Files.copy(file, versions.resolve(file.getFileName()));
      }
    }
    return this;
  }

  void remove(String name) {
    catalogue.removeIf(version -> version.version().equals(name));
  }

  Path file(String name) {
    return versions.resolve(name);
  }

  List<String> names() {
    return catalogue.stream().map(SchemaVersion::version).toList();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  SchemaReport up(String... names) throws Exception {
    return order(order(Action.UP, null, List.of(names)));
  }

  SchemaReport upAll() throws Exception {
    return up(names().toArray(String[]::new));
  }

  SchemaReport down(List<String> names) throws Exception {
    return order(order(Action.DOWN, null, names));
  }

  SchemaReport plan(String to) throws Exception {
    return order(order(Action.PLAN, to, List.of()));
  }

  SchemaReport compare() throws Exception {
    return order(order(Action.COMPARE, null, List.of()));
  }

  SchemaReport lock() throws Exception {
    return order(order(Action.LOCK, null, List.of()));
  }

  SchemaReport unlock() throws Exception {
    return order(order(Action.UNLOCK, null, List.of()));
  }

  private String json() throws IOException {
    return MAPPER.writeValueAsString(catalogue);
  }

  SchemaOrder order(Action action, String to, List<String> names) throws IOException {
    return new SchemaOrder(
        action,
        run,
        "shop/orders",
        sqlHash == null ? sha256(json().getBytes(StandardCharsets.UTF_8)) : sqlHash,
        back,
        schema,
        from,
        to,
        names,
        baseline,
        locked,
        5_000,
        lockTimeoutMillis,
        patienceMillis,
        statementTimeoutMillis,
        idleTimeoutMillis);
  }

  SchemaReport order(SchemaOrder order) throws Exception {
    return order(MAPPER.writeValueAsString(order));
  }

  SchemaReport order(String order) throws Exception {
    Files.writeString(versions.resolve(SchemaFiles.CATALOGUE), json());
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    exitCode =
        new SchemaCommand(
                Map.of("GODWIT_SCHEMA", order),
                new SchemaCommand.Places(secret, versions, terminationLog),
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                inspector,
                time)
            .run();
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    String line = out.lines().toList().getLast();
    assertThat(out + err).doesNotContain(TestDatabase.PASSWORD);
    assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(SchemaReport.MAX_BYTES);
    assertThat(terminationLog).hasContent(line);
    SchemaReport report = MAPPER.readValue(line, SchemaReport.class);
    assertThat(exitCode).isEqualTo(report.exitCode());
    return report;
  }

  /** That a report is one of a failure. */
  static ObjectAssert<Failed> assertFailed(SchemaReport report, SchemaReport.Cause cause) {
    return assertThat(report)
        .asInstanceOf(InstanceOfAssertFactories.type(Failed.class))
        .returns(cause, Failed::cause);
  }

  /** That a report is one of versions that were moved. */
  static Moved moved(SchemaReport report) {
    assertThat(report).isInstanceOf(Moved.class);
    return (Moved) report;
  }
}
