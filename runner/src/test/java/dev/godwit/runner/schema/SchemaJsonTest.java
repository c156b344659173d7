package dev.godwit.runner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Moved;
import dev.godwit.contract.schema.SchemaReport.Result;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What fits into a termination message. */
class SchemaJsonTest {

  private static final Result LARGE = new Result(false, 3_600_000, 1_000_000_000, 99);
  private static final Result LARGEST =
      new Result(false, 86_400_000, Long.MAX_VALUE, Integer.MAX_VALUE);

  private static List<Result> results(Result one) {
    return Collections.nCopies(SchemaOrder.MOST_VERSIONS, one);
  }

  private static SchemaReport read(SchemaReport report) throws Exception {
    String line = SchemaJson.line(report);
    assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(SchemaReport.MAX_BYTES);
    return new ObjectMapper().readValue(line, SchemaReport.class);
  }

  @Test
  void asManyVersionsAsThereMayBeFit() throws Exception {
    Moved moved = new Moved("v".repeat(100), results(LARGE));

    assertThat(read(moved)).isEqualTo(moved);
  }

  @Test
  void withoutTheirRowsTheLargestFit() throws Exception {
    assertThat(read(new Moved("v".repeat(100), results(LARGEST))))
        .isInstanceOfSatisfying(Moved.class, moved -> assertThat(moved.versions()).hasSize(100));
  }

  @Test
  void aLongMessageIsCutAndTheResultsAreKept() throws Exception {
    var failed =
        new Failed(
            Cause.SQL,
            "v".repeat(100),
            Text.UP,
            "\u0001".repeat(5_000),
            "42P01",
            "v".repeat(100),
            results(LARGEST));

    assertThat(read(failed))
        .isInstanceOfSatisfying(
            Failed.class,
            report -> {
              assertThat(report.message()).endsWith("…");
              assertThat(report.done()).hasSize(100);
            });
    assertThat(
            read(new Failed(Cause.SQL, "1", Text.UP, "😀".repeat(5_000), "42P01", "", List.of())))
        .isInstanceOfSatisfying(
            Failed.class, report -> assertThat(report.message()).startsWith("😀😀"));
  }
}
