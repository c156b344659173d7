package dev.godwit.operator.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.operator.plan.JobEnd;
import java.util.Optional;

/**
 * Reads what a Job with versions of a schema has left. Whoever may write to pods could have written
 * it: what is no report of this Job counts as none.
 */
public final class SchemaReports {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SchemaReports() {}

  /**
   * Reads a report.
   *
   * @param end how the program has ended; empty where nobody knows any more
   * @param kind which report is expected
   * @return empty where there is none, or one that is no report of this kind, or that says
   *     something else than the exit code
   */
  public static <R extends SchemaReport> Optional<R> read(Optional<JobEnd> end, Class<R> kind) {
    return end.filter(one -> one.message().length() <= SchemaReport.MAX_BYTES)
        .flatMap(SchemaReports::parsed)
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(report -> report.exitCode() == end.get().exitCode());
  }

  private static Optional<SchemaReport> parsed(JobEnd end) {
    try {
      return Optional.ofNullable(JSON.readValue(end.message(), SchemaReport.class));
    } catch (JsonProcessingException e) {
      // Not a report: the Job's log is all that there is to read.
      return Optional.empty();
    }
  }
}
