package dev.godwit.operator.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.operator.plan.JobEnd;
import java.util.Optional;

/**
 * What the Job of a backup says when the dump is complete and verified. Its name is no news:
 * whoever may write to pods could have written another one.
 *
 * @param outcome which report it is
 * @param bytes how large the dump is
 * @param entries how many objects can be restored from it; 0 for an empty database
 */
record DumpReport(String outcome, long bytes, long entries) {

  private static final String DUMPED = "dumped";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Empty where there is none, or one that can't be true. */
  static Optional<DumpReport> read(Optional<JobEnd> end) {
    return end.filter(one -> one.exitCode() == 0)
        .filter(one -> one.message().length() <= SchemaReport.MAX_BYTES)
        .flatMap(DumpReport::parsed)
        .filter(report -> DUMPED.equals(report.outcome))
        .filter(report -> report.bytes > 0 && report.entries >= 0);
  }

  private static Optional<DumpReport> parsed(JobEnd end) {
    try {
      return Optional.ofNullable(JSON.readValue(end.message(), DumpReport.class));
    } catch (JsonProcessingException e) {
      // Not a report: the Job has succeeded all the same.
      return Optional.empty();
    }
  }
}
