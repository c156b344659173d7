package dev.godwit.operator.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script of a backup, with programs in the place of PostgreSQL's that write down what they are
 * told.
 */
class BackupScriptTest {

  /** When old dumps were made, or some hours before. */
  private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");

  private static final String FILE = "orders-00000001.dump";

  @TempDir Path root;
  private Path secret;
  private Path dumps;
  private Path programs;
  private String once = "";

  @BeforeEach
  void aDatabaseThatCanBeDumped() throws IOException {
    secret = Files.createDirectory(root.resolve("secret"));
    dumps = root.resolve("claim").resolve("orders");
    programs = Files.createDirectory(root.resolve("programs"));
    keys(
        Map.of(
            "host", "db.example",
            "dbname", "orders",
            "username", "app",
            "password", "secret\n"));
    dumpBy("printf 'a dump' >\"$file\"");
    restoreBy("printf '; Archive\\n;\\n201; 1259 16385 TABLE public a app\\n3; 0 0 TABLE DATA\\n'");
  }

  private void keys(Map<String, String> keys) throws IOException {
    try (Stream<Path> old = Files.list(secret)) {
      for (Path one : old.toList()) {
        Files.delete(one);
      }
    }
    for (Map.Entry<String, String> key : keys.entrySet()) {
      Files.writeString(secret.resolve(key.getKey()), key.getValue());
    }
  }

  private void program(Path directory, String name, String text) throws IOException {
    Path file = Files.createDirectories(directory).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A pg_dump that writes down how it was started, and then does this with its $file. */
  private void dumpBy(String text) throws IOException {
    program(
        programs,
        "pg_dump",
        """
        printf '%%s\\n' "$@" >'%1$s/arguments'
        printf '%%s' "${PGPASSWORD-}" >'%1$s/password'
        for variable in PGHOST PGPORT PGDATABASE PGUSER PGSSLMODE PGSSLROOTCERT; do
          eval "printf '%%s=%%s\\n' $variable \\"\\${$variable-}\\""
        done >'%1$s/environment'
        for argument in "$@"; do
          case $argument in --file=*) file=${argument#--file=} ;; esac
        done
        """
                .formatted(root)
            + text);
  }

  private void restoreBy(String text) throws IOException {
    program(programs, "pg_restore", "[ \"$1\" = --list ] && [ -f \"$2\" ] || exit 9\n" + text);
  }

  private String told(String what) throws IOException {
    return Files.readString(root.resolve(what));
  }

  /** How the script has ended. */
  private record Ended(int code, String output, String report) {}

  private Ended run() throws IOException, InterruptedException {
    return run(FILE, 3);
  }

  private Ended run(String file, int keep) throws IOException, InterruptedException {
    return ended(start("sh", file, keep, programs + ":/usr/bin:/bin"));
  }

  /** What is in the database by then is what the run has brought. */
  @Test
  void wherePodsThatComeLateWouldDumpSomethingElseTheFirstDumpStays() throws Exception {
    once = "true";
    run();
    dumpBy("printf 'another dump' >\"$file\"");

    assertThat(run().report()).contains("\"bytes\":6,");
    assertThat(dumps.resolve(FILE)).hasContent("a dump");

    Files.delete(dumps.resolve(FILE));
    dumpBy("printf 'late' >\"$file\"; printf 'first' >'" + dumps.resolve(FILE) + "'");
    assertThat(run().report()).contains("\"bytes\":5,");
    assertThat(dumps.resolve(FILE)).hasContent("first");
    assertThat(files()).containsExactly(FILE);

    once = "";
    assertThat(run().report()).contains("\"bytes\":4,");
  }

  private Process start(String shell, String file, int keep, String path) throws IOException {
    Files.deleteIfExists(root.resolve("report"));
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", path);
    environment.put("GODWIT_DATABASE", secret.toString());
    environment.put("GODWIT_DUMPS", dumps.toString());
    environment.put("GODWIT_PREFIX", "orders");
    environment.put("GODWIT_FILE", file);
    environment.put("GODWIT_KEEP", Integer.toString(keep));
    environment.put("GODWIT_ONCE", once);
    environment.put("GODWIT_POD", "orders-backup-x");
    environment.put("GODWIT_REPORT", root.resolve("report").toString());
    environment.put("GODWIT_PROGRAMS", root.resolve("postgresql").toString());
    ProcessBuilder builder = new ProcessBuilder("/bin/" + shell, "-c", script());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  private Ended ended(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    Path report = root.resolve("report");
    return new Ended(
        process.exitValue(), output, Files.exists(report) ? Files.readString(report) : "");
  }

  private static String script() throws IOException {
    return Scripts.text("backup.sh");
  }

  private List<String> files() throws IOException {
    if (!Files.exists(dumps)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(dumps)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void old(String name, int age) throws IOException {
    Files.createDirectories(dumps);
    Files.writeString(dumps.resolve(name), "old");
    Files.setLastModifiedTime(
        dumps.resolve(name), FileTime.from(BEFORE.minus(Duration.ofHours(age))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash"})
  void aDumpIsVerifiedNamedAndReported(String shell) throws Exception {
    Ended ended = ended(start(shell, FILE, 3, programs + ":/usr/bin:/bin"));

    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.report())
        .isEqualTo(
            "{\"outcome\":\"dumped\",\"file\":\"orders-00000001.dump\",\"bytes\":6,\"entries\":2}\n");
    assertThat(files()).containsExactly(FILE);
    assertThat(dumps.resolve(FILE)).hasContent("a dump");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dumps)))
        .isEqualTo("rwxr-x---");
    assertThat(told("arguments"))
        .isEqualTo("--format=custom\n--no-password\n--file=" + FILE + ".orders-backup-x.partial\n");
    assertThat(told("environment"))
        .isEqualTo(
            "PGHOST=db.example\nPGPORT=5432\nPGDATABASE=orders\nPGUSER=app\nPGSSLMODE=\nPGSSLROOTCERT=\n");
    assertThat(told("password")).isEqualTo("secret");
  }

  private void fails(Ended ended, int code, String why) throws IOException {
    assertThat(ended.code()).as(ended.output()).isEqualTo(code);
    assertThat(ended.output()).contains(why).doesNotContain("secret");
    assertThat(ended.report()).isEmpty();
    assertThat(files()).doesNotContain(FILE).noneMatch(file -> file.endsWith(".partial"));
  }

  @Test
  void aDumpThatFailsIsNone() throws Exception {
    old("orders-0.dump", 1);
    dumpBy("printf 'half a' >\"$file\"; echo 'pg_dump: error: server closed' >&2; exit 1");

    fails(run(FILE, 1), 1, "pg_dump: error: server closed");
    assertThat(files()).containsExactly("orders-0.dump");
  }

  @Test
  void anEmptyDumpIsNone() throws Exception {
    dumpBy(": >\"$file\"");
    fails(run(), 1, "pg_dump has written nothing");
  }

  @Test
  void whatWasNeverWrittenIsNone() throws Exception {
    dumpBy("");
    fails(run(), 1, "pg_dump has written nothing");
  }

  @Test
  void aDumpThatCantBeReadIsNone() throws Exception {
    restoreBy("echo '; Archive'; exit 1");
    fails(run(), 1, "pg_restore can't read the dump");
  }

  @Test
  void aDumpWithNothingInItIsNone() throws Exception {
    restoreBy("");
    fails(run(), 1, "pg_restore finds nothing in the dump");
  }

  /** A database can be empty: what is said of the dump itself shows that it can be read. */
  @Test
  void aDumpOfAnEmptyDatabaseIsOne() throws Exception {
    restoreBy("echo '; Archive created at 2026-01-01'");

    assertThat(run().report()).contains("\"bytes\":6,\"entries\":0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 |                        ",
        "2 | orders-b.dump          ",
        "3 | orders-a.dump orders-b.dump",
        "9 | orders-a.dump orders-b.dump orders-c.dump"
      })
  void theNewestDumpsAreKept(int keep, String others) throws Exception {
    old("orders-a.dump", 2);
    old("orders-b.dump", 1);
    old("orders-c.dump", 3);
    old("other.dump", 100);
    old("orders-notes.txt", 100);

    assertThat(run(FILE, keep).code()).isZero();

    assertThat(files())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    Stream.of(FILE, "other.dump", "orders-notes.txt"),
                    Stream.ofNullable(others).flatMap(names -> Stream.of(names.split(" "))))
                .flatMap(names -> names)
                .toList());
  }

  /** A clock that goes wrong must not cost the dump that was just made. */
  @Test
  void theNewOneStaysThoughOthersAreOfTheFuture() throws Exception {
    old("orders-a.dump", -10);

    assertThat(run(FILE, 1).code()).isZero();
    assertThat(files()).containsExactly(FILE);
  }

  @Test
  void anotherAttemptOfTheSameRunTakesThePlaceOfTheFirst() throws Exception {
    old("orders-a.dump", 2);
    run(FILE, 2);
    old(FILE + ".orders-backup-of-before.partial", 1);
    dumpBy("printf 'another dump' >\"$file\"");

    assertThat(run(FILE, 2).report()).contains("\"bytes\":12,");

    assertThat(files()).containsExactly(FILE, "orders-a.dump");
    assertThat(dumps.resolve(FILE)).hasContent("another dump");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "it's \"so\": a\\b\\n$HOME `id` $(id) %41 *",
        "-n",
        "\\c\\0101",
        "pässwörd ☂",
        "a  b\tc"
      })
  void aPasswordIsTakenAsItIs(String password) throws Exception {
    keys(
        Map.of(
            "host", "db", "database", "orders", "user", "app", "password", " " + password + "\n"));

    assertThat(run().code()).isZero();

    assertThat(told("password")).isEqualTo(password);
    assertThat(told("arguments"))
        .isEqualTo("--format=custom\n--no-password\n--file=" + FILE + ".orders-backup-x.partial\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secret                | secret",
        "p%40ss%2Fw%3Ard%25    | p@ss/w:rd%",
        "a%5Cb%22c%27d%24HOME  | a\\b\"c'd$HOME",
        "%c3%a4%E2%98%82       | ä☂",
        "with:colon+plus       | with:colon+plus",
        "a&password=b          | a&password=b"
      })
  void ofAnAddressThePasswordIsTakenOut(String written, String password) throws Exception {
    keys(Map.of("uri", "postgresql://app:" + written + "@db.example:5433/orders?sslmode=prefer\n"));

    Ended ended = run();

    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(told("password")).isEqualTo(password);
    assertThat(told("arguments"))
        .endsWith("\n--dbname=postgresql://app@db.example:5433/orders?sslmode=prefer\n");
    assertThat(told("environment")).startsWith("PGHOST=\nPGPORT=\nPGDATABASE=\nPGUSER=\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mysql://app:secret@db/orders                  | is no postgresql://USER",
        "postgresql://db/orders                        | doesn't say the user",
        "postgresql://app@db/orders                    | the user or the password",
        "postgresql://:secret@db/orders                | the user or the password",
        "postgresql://app:sec/ret@db/orders            | doesn't say the user",
        "postgresql://app:%zz@db/orders                | percent-encoded",
        "postgresql://app:%4@db/orders                 | percent-encoded",
        "postgresql://app:a%00b@db/orders              | percent-encoded",
        "postgresql://app:a@db/orders?password=secret  | a password among its options"
      })
  void anAddressThatCantBeUsedIsRefusedForGood(String uri, String why) throws Exception {
    keys(Map.of("uri", uri));

    fails(run(), 2, why);
    assertThat(root.resolve("arguments")).doesNotExist();
  }

  @Test
  void aSecretThatIsNotThereIsNamed() throws Exception {
    keys(Map.of());
    fails(run(), 2, "the Secret has neither a key host nor a key uri");

    keys(Map.of("host", "db", "dbname", "orders", "username", "app", "password", " \n"));
    fails(run(), 2, "the Secret has host and no key password");
  }

  @Test
  void theWayOfTheSecretComesBeforeThatOfTheAddress() throws Exception {
    keys(
        Map.of(
            "uri",
            "postgres://app:a@db/orders?sslmode=prefer",
            "sslmode",
            "verify-full",
            "ca.crt",
            "PEM"));
    assertThat(run().code()).isZero();
    assertThat(told("arguments")).endsWith("orders?sslmode=prefer&sslmode=verify-full\n");
    assertThat(told("environment"))
        .endsWith("PGSSLMODE=verify-full\nPGSSLROOTCERT=" + secret.resolve("ca.crt") + "\n");

    keys(Map.of("uri", "postgres://app:a@db/orders", "sslmode", "require"));
    run();
    assertThat(told("arguments")).endsWith("orders?sslmode=require\n");

    keys(Map.of("uri", "postgres://app:a@db/orders", "sslmode", "require&user=b"));
    Files.delete(dumps.resolve(FILE));
    fails(run(), 2, "sslmode in the Secret");
  }

  /** A database image of Debian's does not have them in its PATH. */
  @Test
  void theNewestProgramsOfDebianAreFound() throws Exception {
    Path debian = root.resolve("postgresql");
    program(debian.resolve("9/bin"), "pg_dump", "exit 1");
    program(debian.resolve("9/bin"), "pg_restore", "exit 1");
    Files.createDirectories(debian.resolve("common/bin"));
    Files.createDirectories(debian.resolve("15"));
    Files.move(programs, debian.resolve("15/bin"));
    Path tools = Files.createDirectory(root.resolve("tools"));
    for (String tool : List.of("cat", "ls", "mkdir", "mv", "rm", "wc")) {
      program(tools, tool, "exec /bin/" + tool + " \"$@\"");
    }

    Ended ended = ended(start("sh", FILE, 3, tools.toString()));

    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(files()).containsExactly(FILE);
  }

  @Test
  void anImageWithoutTheProgramsIsRefusedForGood() throws Exception {
    fails(
        ended(start("sh", FILE, 3, "/nowhere")),
        2,
        "spec.backup.image has not all of these programs: pg_dump pg_restore");
  }

  @Test
  @Timeout(60)
  void theEndOfThePodEndsTheDump() throws Exception {
    Path started = root.resolve("started");
    assertThat(new ProcessBuilder("mkfifo", started.toString()).start().waitFor()).isZero();
    dumpBy("printf half >\"$file\"; echo $$ >'%s'; exec sleep 60".formatted(started));
    Process process = start("sh", FILE, 3, programs + ":/usr/bin:/bin");
    // A pipe: what is read comes when it is written.
    long dump = Long.parseLong(Files.readString(started).strip());

    process.toHandle().destroy();

    fails(ended(process), 143, "");
    assertThat(ProcessHandle.of(dump).map(ProcessHandle::isAlive)).isNotEqualTo(Optional.of(true));
  }
}
