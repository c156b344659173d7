package dev.godwit.runner.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Compared;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Locked;
import dev.godwit.contract.schema.SchemaReport.Moved;
import dev.godwit.contract.schema.SchemaReport.Planned;
import dev.godwit.contract.schema.SchemaReport.Result;
import dev.godwit.contract.schema.SchemaReport.Unlocked;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Orders and reports as JSON. */
final class SchemaJson {

  /** Of a failure's message, in characters. */
  private static final int LONGEST_MESSAGE = 1_000;

  /** Where it must be cut further, since the results need the place. */
  private static final int SHORT_MESSAGE = 100;

  static final JsonMapper MAPPER =
      JsonMapper.builder()
          // A misspelled field would silently become its default.
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SchemaJson() {}

  /**
   * Reads an order.
   *
   * @throws SchemaFailure when it is none, or one that can't be carried out
   */
  static SchemaOrder order(String json) throws SchemaFailure {
    try {
      SchemaOrder order = MAPPER.readValue(json, SchemaOrder.class);
      List<String> problems = order == null ? List.of("the order is null") : order.problems();
      if (!problems.isEmpty()) {
        throw new SchemaFailure(Cause.BAD_ORDER, String.join("; ", problems));
      }
      return order;
    } catch (JsonMappingException e) {
      String path =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .collect(Collectors.joining("."));
      throw new SchemaFailure(
          Cause.BAD_ORDER, "the order is not right: " + path + ": " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw new SchemaFailure(Cause.BAD_ORDER, "the order is not JSON: " + e.getOriginalMessage());
    }
  }

  /**
   * One line, short enough for a termination message: lists are cut, and say how much is left out.
   */
  static String line(SchemaReport report) {
    return switch (report) {
      case Planned planned -> line(planned);
      case Compared compared -> line(compared);
      case Moved moved -> line(moved);
      case Failed failed -> line(failed);
      case Locked locked -> json(locked);
      case Unlocked unlocked -> json(unlocked);
    };
  }

  private static String line(Planned all) {
    int kept = all.findings().size();
    while (true) {
      String line =
          json(
              new Planned(
                  all.server(),
                  all.current(),
                  all.direction(),
                  all.count(),
                  all.destructive(),
                  all.findings().subList(0, kept),
                  all.findings().size() - kept));
      if (fits(line) || kept == 0) {
        return line;
      }
      kept = fewer(kept, line);
    }
  }

  private static String line(Compared all) {
    int kept = all.differences().size();
    while (true) {
      String line =
          json(new Compared(all.differences().subList(0, kept), all.differences().size() - kept));
      if (fits(line) || kept == 0) {
        return line;
      }
      kept = fewer(kept, line);
    }
  }

  /** By as much as it is too long, and at least by one. */
  private static int fewer(int kept, String line) {
    long estimate = (long) kept * SchemaReport.MAX_BYTES / bytes(line);
    return (int) Math.min(kept - 1, estimate);
  }

  private static String line(Moved moved) {
    String line = json(moved);
    return fits(line) ? line : json(new Moved(moved.current(), withoutRows(moved.versions())));
  }

  private static String line(Failed failed) {
    String line = json(shortened(failed, LONGEST_MESSAGE, failed.done()));
    if (fits(line)) {
      return line;
    }
    line = json(shortened(failed, SHORT_MESSAGE, failed.done()));
    return fits(line) ? line : json(shortened(failed, SHORT_MESSAGE, withoutRows(failed.done())));
  }

  private static Failed shortened(Failed failed, int longest, List<Result> done) {
    String message = failed.message();
    return new Failed(
        failed.cause(),
        failed.version(),
        failed.text(),
        message.codePointCount(0, message.length()) <= longest
            ? message
            : message.substring(0, message.offsetByCodePoints(0, longest - 1)) + "…",
        failed.sqlState(),
        failed.current(),
        done);
  }

  private static List<Result> withoutRows(List<Result> results) {
    return results.stream()
        .map(one -> new Result(one.already(), one.millis(), 0, one.lockWaits()))
        .toList();
  }

  private static boolean fits(String line) {
    return bytes(line) < SchemaReport.MAX_BYTES;
  }

  private static int bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String json(SchemaReport report) {
    try {
      return MAPPER.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is always JSON", e);
    }
  }
}
