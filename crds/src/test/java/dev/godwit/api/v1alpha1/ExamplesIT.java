package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every document of every file in {@code examples} is accepted, without an unknown field. */
@ExtendWith(ApiServer.Shared.class)
class ExamplesIT {

  private static final Path FOLDER = Path.of("../examples");

  static Stream<Path> files() {
    return Documents.below(FOLDER).stream().map(FOLDER::relativize);
  }

  @Test
  void everyScenarioHasAMigrationAndWhatIsMigrated() {
    List<Path> scenarios = files().map(Path::getParent).distinct().toList();
    assertThat(scenarios)
        .hasSizeGreaterThanOrEqualTo(6)
        .allSatisfy(
            scenario -> {
              assertThat(files()).contains(scenario.resolve("migration.yaml"));
              assertThat(files())
                  .containsAnyOf(
                      scenario.resolve("application.yaml"), scenario.resolve("database.yaml"));
            });
  }

  @ParameterizedTest
  @MethodSource("files")
  void fileIsAccepted(Path file, ApiServer server) {
    List<JsonNode> documents = Documents.of(FOLDER.resolve(file));
    assertThat(documents).as("documents of %s", file).isNotEmpty();
    for (JsonNode document : documents) {
      boolean isOurs = document.at("/apiVersion").asText().equals("godwit.dev/v1alpha1");
      assertThat(isOurs ? server.dryRun(document) : server.dryRunBuiltIn(document))
          .as("%s %s", document.at("/kind").asText(), document.at("/metadata/name").asText())
          .isInstanceOf(ApiServer.Answer.Accepted.class);
    }
  }
}
