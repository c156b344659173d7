package dev.godwit.operator.e2e;

import dev.godwit.operator.e2e.Load.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;

/** What came of a load, in the order in which the requests were sent. */
record LoadResult(List<Answer> answers) {

  LoadResult {
    answers = answers.stream().sorted(Comparator.comparing(Answer::sent)).toList();
  }

  /** What came of the requests to one Service. */
  LoadResult of(Application application) {
    return new LoadResult(
        answers.stream().filter(answer -> answer.service().equals(application.name())).toList());
  }

  List<Answer> failed() {
    return answers.stream().filter(Answer::failed).toList();
  }

  /** Asserts that every request was answered, and that there were enough for that to mean much. */
  LoadResult lostNothing() {
    List<Answer> failed = failed();
    if (!failed.isEmpty()) {
      throw new LostRequests(failed.size() + " failed requests of " + summary());
    }
    return sustained();
  }

  /** Asserts that the rate was kept: a generator that starves loses nothing either. */
  LoadResult sustained() {
    Duration length = Duration.between(answers.getFirst().sent(), answers.getLast().sent());
    long expected = 500 * length.toMillis() / 1000;
    Assertions.assertThat((long) answers.size())
        .as("requests in %s, %d wanted", length, expected)
        .isGreaterThan(expected / 2)
        .isGreaterThan(Load.ENOUGH);
    System.out.println(summary());
    return this;
  }

  /** The versions that answered, on new connections, in the order in which each came first. */
  List<String> versions() {
    return answers.stream()
        .filter(answer -> !answer.kept() && !answer.failed())
        .map(Answer::version)
        .distinct()
        .toList();
  }

  /** The versions that answered at all, on kept connections as well. */
  List<String> allVersions() {
    return answers.stream()
        .filter(answer -> !answer.failed())
        .map(Answer::version)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Asserts that new connections reached only the one version, and then only the other: that no
   * mixture ever served.
   */
  LoadResult movedOnce(String before, String after) {
    Assertions.assertThat(versions()).containsExactly(before, after);
    return stayedWith(after, Instant.MIN);
  }

  /**
   * Asserts that new connections reached nothing but this version as soon as it had answered one
   * that was sent after the moment: no connection that was opened after that answer.
   */
  LoadResult stayedWith(String version, Instant moment) {
    Instant first = firstAnswerOf(version, moment);
    Assertions.assertThat(answers)
        .filteredOn(answer -> !answer.kept() && !answer.failed() && answer.sent().isAfter(first))
        .as("answers to new connections that were opened after the first answer of %s", version)
        .allSatisfy(answer -> Assertions.assertThat(answer.version()).isEqualTo(version));
    return this;
  }

  /** When this version first had answered a new connection that was opened after the moment. */
  Instant firstAnswerOf(String version, Instant moment) {
    return answers.stream()
        .filter(answer -> !answer.kept() && !answer.failed() && answer.sent().isAfter(moment))
        .filter(answer -> answer.version().equals(version))
        .map(Answer::received)
        .min(Comparator.naturalOrder())
        .orElseThrow(() -> new AssertionError("version " + version + " never answered"));
  }

  String summary() {
    Map<String, Long> counts =
        answers.stream()
            .collect(
                Collectors.groupingBy(
                    answer ->
                        (answer.kept() ? "kept " : "new ")
                            + (answer.failed()
                                ? "failed (" + answer.code() + " " + cause(answer) + ")"
                                : answer.version()),
                    TreeMap::new,
                    Collectors.counting()));
    Map<Long, Long> seconds =
        failed().stream()
            .collect(
                Collectors.groupingBy(
                    answer ->
                        Duration.between(answers.getFirst().sent(), answer.sent()).toSeconds(),
                    TreeMap::new,
                    Collectors.counting()));
    Duration worst =
        answers.stream().map(Answer::latency).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    return answers.size()
        + " requests: "
        + counts
        + (seconds.isEmpty() ? "" : ", failed by second " + seconds)
        + ", slowest "
        + worst.toMillis()
        + " ms";
  }

  private static String cause(Answer answer) {
    Function<String, String> withoutAddresses =
        text -> text.replaceAll("[0-9.]+:[0-9]+", "ADDRESS").replaceAll("\"http[^\"]*\"", "URL");
    return withoutAddresses.apply(answer.error());
  }
}
