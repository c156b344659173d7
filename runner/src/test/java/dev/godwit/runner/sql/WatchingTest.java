package dev.godwit.runner.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.sql.SqlQuestion;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchingTest {

  private static final Answer GOOD = new Answer.Good();
  private static final Answer AWAY = new Answer.Unknown("the database is away");

  private final List<Duration> pauses = new ArrayList<>();
  private final List<Boolean> ready = new ArrayList<>();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private static Answer bad(int number) {
    return new Answer.Bad("bad answer " + number);
  }

  private Answer.Bad watch(int failures, Answer... answers) throws InterruptedException {
    Deque<Answer> left = new ArrayDeque<>(List.of(answers));
    Watching[] watching = new Watching[1];
    watching[0] =
        new Watching(
            left::removeFirst,
            new SqlQuestion.Watch(1500, failures, 0),
            pause -> {
              pauses.add(pause);
              ready.add(watching[0].isGood());
            },
            new PrintStream(said, true, StandardCharsets.UTF_8));
    assertThat(watching[0].isGood()).as("before the first answer").isFalse();
    Answer.Bad end = watching[0].untilBad();
    assertThat(left).as("answers that were not asked for").isEmpty();
    return end;
  }

  @Test
  void endsWithTheLastOfEnoughBadAnswersInARow() throws InterruptedException {
    assertThat(watch(3, GOOD, bad(1), bad(2), GOOD, bad(3), bad(4), bad(5))).isEqualTo(bad(5));
    assertThat(ready).containsExactly(true, false, false, true, false, false);
  }

  @Test
  void pausesBetweenQuestionsAndNotBeforeItEnds() throws InterruptedException {
    watch(2, bad(1), bad(2));
    assertThat(pauses).containsExactly(Duration.ofMillis(1500));
  }

  @Test
  void noAnswerIsNeitherGoodNorBad() throws InterruptedException {
    assertThat(watch(2, GOOD, AWAY, AWAY, AWAY, bad(1), AWAY, bad(2))).isEqualTo(bad(2));
    assertThat(ready).containsExactly(true, false, false, false, false, false);
  }

  @Test
  void saysOnceThatAnAnswerIsAnotherOne() throws InterruptedException {
    watch(1, GOOD, GOOD, AWAY, AWAY, GOOD, bad(1));
    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("good", "no answer: the database is away", "good", "bad: bad answer 1");
  }
}
