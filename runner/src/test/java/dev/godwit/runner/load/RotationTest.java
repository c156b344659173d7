package dev.godwit.runner.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.load.LoadRequest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RotationTest {

  private static LoadRequest request(String path, int weight) {
    return LoadRequest.get(path).withWeight(weight);
  }

  private static List<String> first(int number, Rotation rotation) {
    return IntStream.range(0, number).mapToObj(_ -> rotation.next().path()).toList();
  }

  @Test
  void weightsAreHonouredExactlyInEveryRound() {
    var rotation = new Rotation(List.of(request("/a", 7), request("/b", 2), request("/c", 1)));
    for (int round = 0; round < 50; round++) {
      List<String> sent = first(10, rotation);
      assertThat(sent).filteredOn("/a"::equals).hasSize(7);
      assertThat(sent).filteredOn("/b"::equals).hasSize(2);
      assertThat(sent).filteredOn("/c"::equals).hasSize(1);
    }
  }

  @Test
  void requestsComeEvenlyBetweenTheOthers() {
    var rotation = new Rotation(List.of(request("/a", 3), request("/b", 1)));
    assertThat(first(8, rotation)).containsExactly("/a", "/a", "/b", "/a", "/a", "/a", "/b", "/a");
  }

  @Test
  void requestsOfEqualWeightTakeTurns() {
    var rotation = new Rotation(List.of(request("/a", 5), request("/b", 5)));
    assertThat(first(4, rotation)).containsExactly("/a", "/b", "/a", "/b");
  }
}
