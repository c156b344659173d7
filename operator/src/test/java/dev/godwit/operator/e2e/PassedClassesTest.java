package dev.godwit.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A class that counts as passed without having is never tested again. */
class PassedClassesTest {

  @TempDir Path folder;

  static class Passes {
    @Test
    void one() {}

    @ParameterizedTest
    @MethodSource("values")
    void many(int value) {
      assertThat(value).isPositive();
    }

    static Stream<Integer> values() {
      return Stream.of(1, 2);
    }
  }

  static class HasOneThatFails {
    @Test
    void passes() {}

    @Test
    void fails() {
      throw new AssertionError("as it should");
    }
  }

  static class HasOneValueThatFails {
    @ParameterizedTest
    @MethodSource("values")
    void many(int value) {
      assertThat(value).isPositive();
    }

    static Stream<Integer> values() {
      return Stream.of(1, -1);
    }
  }

  static class HasNoValues {
    @Test
    void passes() {}

    @ParameterizedTest
    @MethodSource("values")
    void many(int value) {}

    static Stream<Integer> values() {
      return Stream.of(Integer.valueOf("none"));
    }
  }

  static class FailsAfterAll {
    @Test
    void passes() {}

    @AfterAll
    static void fails() {
      assertThat(false).as("it fails, as it should").isTrue();
    }
  }

  static class IsLeftOutHere {
    @Test
    void isNotForThisMachine() {
      Assumptions.abort("as it should");
    }
  }

  @Test
  void onlyClassesWithoutAFailureArePassed() throws IOException {
    assertThat(
            passedOf(
                Stream.of(
                        Passes.class,
                        HasOneThatFails.class,
                        HasOneValueThatFails.class,
                        HasNoValues.class,
                        FailsAfterAll.class,
                        IsLeftOutHere.class)
                    .<DiscoverySelector>map(type -> selectClass(type))
                    .toList()))
        .containsExactlyInAnyOrder("Passes", "IsLeftOutHere");
  }

  @Test
  void theOnesOfAnEarlierRunStay() throws IOException {
    passedOf(List.of(selectClass(Passes.class)));

    assertThat(passedOf(List.of(selectMethod(HasOneThatFails.class, "passes"))))
        .as("what had failed is repeated alone, and passes")
        .containsExactly("Passes", "HasOneThatFails");
  }

  private List<String> passedOf(List<DiscoverySelector> tests) throws IOException {
    Path file = folder.resolve("passed");
    LauncherFactory.create(
            LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .build())
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(tests)
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build(),
            new PassedClasses(Optional.of(file)));
    return Files.readAllLines(file);
  }
}
