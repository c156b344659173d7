package dev.godwit.operator.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script that restores a dump, with programs in the place of PostgreSQL's that write down what
 * they are told.
 */
class RestoreScriptTest {

  private static final String FILE = "orders-00000001.dump";
  private static final String COMMIT = "commit;\n\\echo the dump is restored: run-1 commit\n";

  @TempDir Path root;
  private Path secret;
  private Path dumps;
  private Path work;
  private Path programs;
  private String end = "commit";

  @BeforeEach
  void aDatabaseAndItsDump() throws IOException {
    secret = Files.createDirectory(root.resolve("secret"));
    dumps = Files.createDirectory(root.resolve("dumps"));
    work = Files.createDirectory(root.resolve("work"));
    programs = Files.createDirectory(root.resolve("programs"));
    Map.of("host", "db.example", "dbname", "orders", "username", "app", "password", "secret\n")
        .forEach(
            (key, value) -> {
              try {
                Files.writeString(secret.resolve(key), value);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    Files.writeString(dumps.resolve(FILE), "a dump");
    restoreBy("printf 'SET transaction_timeout = 0;\\nSET x = 1;\\nthe SQL of the dump;\\n'");
    // As psql does, unless told otherwise: what comes after a commit is echoed.
    queryBy("case $said in *'commit;'*) echo 'the dump is restored: run-1 commit' ;; esac");
  }

  private void program(String name, String text) throws IOException {
    Path file = programs.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A pg_restore that lists some entries, and does this with those that it is to restore. */
  private void restoreBy(String text) throws IOException {
    program(
        "pg_restore",
        """
        if [ "$1" = --list ]; then
          [ -f "$2" ] || exit 9
          printf ';\\n; Archive\\n;\\n'
          printf '2; 3079 1 EXTENSION - hstore \\n3; 0 0 COMMENT - EXTENSION hstore \\n'
          printf '4; 2615 2200 SCHEMA - public owner\\n5; 0 0 COMMENT - SCHEMA public owner\\n'
          printf '6; 0 0 ACL - SCHEMA public owner\\n7; 1259 1 TABLE app orders app\\n'
          exit
        fi
        printf '%%s\\n' "$@" >'%1$s/restored'
        cp '%2$s/list' '%1$s/list'
        """
                .formatted(root, work)
            + text);
  }

  /** A psql that keeps what it is told in $said, and then does this. */
  private void queryBy(String text) throws IOException {
    program(
        "psql",
        """
        said=$(cat)
        printf '%%s\\n' "$said" >'%1$s/said'
        printf '%%s\\n' "$@" >'%1$s/arguments'
        printf '%%s %%s %%s' "$PGHOST" "$PGAPPNAME" "$PGPASSWORD" >'%1$s/environment'
        """
                .formatted(root)
            + text);
  }

  private record Ended(int code, String output, String report) {}

  private Ended run(String shell) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", programs + ":/usr/bin:/bin");
    environment.put("GODWIT_DATABASE", secret.toString());
    environment.put("GODWIT_DUMPS", dumps.toString());
    environment.put("GODWIT_FILE", FILE);
    environment.put("GODWIT_RUN", "run-1");
    environment.put("GODWIT_END", end);
    environment.put("GODWIT_BEFORE", "what comes before;");
    environment.put("GODWIT_AFTER", "what comes after;");
    environment.put("GODWIT_WORK", work.toString());
    environment.put("GODWIT_REPORT", root.resolve("report").toString());
    environment.put("GODWIT_PROGRAMS", root.resolve("none").toString());
    ProcessBuilder builder = new ProcessBuilder("/bin/" + shell, "-c", Scripts.text("restore.sh"));
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    Path report = root.resolve("report");
    return new Ended(
        process.exitValue(), output, Files.exists(report) ? Files.readString(report) : "");
  }

  private String told(String what) throws IOException {
    return Files.readString(root.resolve(what));
  }

  private void fails(Ended ended, int code, String why) {
    assertThat(ended.code()).as(ended.output()).isEqualTo(code);
    assertThat(ended.output()).contains(why).doesNotContain("secret");
    assertThat(ended.report()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash"})
  void theDumpIsRestoredInOneTransaction(String shell) throws Exception {
    Ended ended = run(shell);

    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.report())
        .isEqualTo("{\"outcome\":\"restored\",\"file\":\"orders-00000001.dump\"}\n");
    assertThat(told("said"))
        .startsWith("\\set ON_ERROR_STOP on\n")
        .contains(
            """
            select set_config('godwit.run', :'run', false);
            \\unset run
            begin;
            what comes before;
            SET x = 1;
            the SQL of the dump;
            what comes after;
            """
                + COMMIT);
    assertThat(told("arguments")).contains("--set=run=run-1\n", "--set=VERBOSITY=terse\n");
    assertThat(told("environment")).isEqualTo("db.example godwit-restore secret");
    assertThat(told("restored")).contains("--no-owner\n", "--use-list=" + work + "/list\n");
  }

  @Test
  void whatMayBeSomebodyElsesStaysAsItIs() throws Exception {
    run("sh");

    assertThat(told("list").lines().filter(line -> !line.startsWith(";")))
        .containsExactly("2; 3079 1 EXTENSION - hstore ", "7; 1259 1 TABLE app orders app");
  }

  /** Half a dump would be committed as if it were whole. */
  @Test
  void halfADumpIsNotCommitted() throws Exception {
    restoreBy("echo 'half of it;'; echo 'pg_restore: error: end of file' >&2; exit 1");

    fails(run("sh"), 1, "pg_restore: error: end of file");
    assertThat(told("said")).contains("half of it;").doesNotContain("commit;");
  }

  @Test
  void whatTheServerRefusesIsNotRestored() throws Exception {
    queryBy("echo 'ERROR:  others can connect to the database again' >&2; exit 3");

    fails(run("sh"), 1, "others can connect to the database again");
  }

  @Test
  void aConnectionThatIsLostBeforeTheCommitIsNoSuccess() throws Exception {
    queryBy("exit 0");

    fails(run("sh"), 1, "it is not known that the dump was restored");
  }

  @Test
  void whatIsOnlyTriedIsTakenBack() throws Exception {
    end = "rollback";
    queryBy("case $said in *'rollback;'*) echo 'the dump is restored: run-1 rollback' ;; esac");

    assertThat(run("sh").code()).isZero();
    assertThat(told("said")).doesNotContain("commit;");
  }

  @Test
  void aDumpThatIsGoneIsNamed() throws Exception {
    Files.delete(dumps.resolve(FILE));

    fails(run("sh"), 2, "the dump " + FILE + " is not there any more");
  }
}
