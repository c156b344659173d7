package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of {@code refused} is refused for exactly what its first lines say: pairs of {@code #
 * field: PATH} and {@code # message: END OF THE MESSAGE}, or {@code # strict: TEXT} where the field
 * is not known at all.
 */
@ExtendWith(ApiServer.Shared.class)
class RefusedIT {

  private static final Path FOLDER = Path.of("src/test/resources/refused");
  private static final String FIELD = "# field: ";
  private static final String MESSAGE = "# message: ";
  private static final String STRICT = "# strict: ";

  static Stream<Path> files() {
    return Documents.below(FOLDER).stream().map(FOLDER::relativize);
  }

  @ParameterizedTest
  @MethodSource("files")
  void fileIsRefusedForWhatItSays(Path file, ApiServer server) {
    List<String> header =
        Documents.text(FOLDER.resolve(file))
            .lines()
            .takeWhile(line -> line.startsWith("#"))
            .toList();
    assertThat(header).as("expectations of %s", file).isNotEmpty();

    ApiServer.Answer answer = server.dryRun(Documents.of(FOLDER.resolve(file)).getFirst());

    assertThat(answer).as("answer to %s", file).isInstanceOf(ApiServer.Answer.Refused.class);
    ApiServer.Answer.Refused refused = (ApiServer.Answer.Refused) answer;
    if (header.getFirst().startsWith(STRICT)) {
      assertThat(refused.message()).endsWith(header.getFirst().substring(STRICT.length()));
    } else {
      assertCauses(refused, expected(header));
    }
  }

  private static void assertCauses(
      ApiServer.Answer.Refused refused, List<ApiServer.Cause> expected) {
    assertThat(refused.causes())
        .as("causes in: %s", refused.message())
        .hasSameSizeAs(expected)
        .allSatisfy(
            cause ->
                assertThat(expected)
                    .anySatisfy(
                        wanted -> {
                          assertThat(cause.field()).isEqualTo(wanted.field());
                          assertThat(cause.message()).endsWith(wanted.message());
                        }));
  }

  private static List<ApiServer.Cause> expected(List<String> header) {
    List<ApiServer.Cause> causes = new ArrayList<>();
    for (int line = 0; line + 1 < header.size(); line += 2) {
      assertThat(header.get(line)).startsWith(FIELD);
      assertThat(header.get(line + 1)).startsWith(MESSAGE);
      causes.add(
          new ApiServer.Cause(
              header.get(line).substring(FIELD.length()),
              header.get(line + 1).substring(MESSAGE.length())));
    }
    return causes;
  }

  @Test
  void sixtyFiveServicesAreTooMany(ApiServer server) {
    assertThat(server.dryRun(LargeMigration.of(65)))
        .isInstanceOfSatisfying(
            ApiServer.Answer.Refused.class,
            refused ->
                assertCauses(
                    refused,
                    List.of(new ApiServer.Cause("spec.services", "must have at most 64 items"))));
  }

  @Test
  void sixtyFourServicesThatDependOnEachOtherAreNotTooMany(ApiServer server) {
    assertThat(server.dryRun(LargeMigration.of(64))).isInstanceOf(ApiServer.Answer.Accepted.class);
  }
}
