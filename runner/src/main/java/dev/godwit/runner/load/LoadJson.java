package dev.godwit.runner.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadPlanProblems;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.LoadReport.BadConfiguration;
import dev.godwit.contract.load.LoadReport.Unreachable;
import java.util.List;
import java.util.stream.Collectors;

/** Plans and reports as JSON. */
final class LoadJson {

  /** Of a message, in characters, of which JSON may need six bytes each. */
  private static final int LONGEST_MESSAGE = 600;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          // A misspelled field would silently become its default.
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private LoadJson() {}

  /**
   * Reads a plan.
   *
   * @throws BadPlanException when it is none, or one that can't be carried out
   */
  static LoadPlan plan(String json) throws BadPlanException {
    LoadPlan plan = parsed(json);
    List<String> problems = LoadPlanProblems.of(plan);
    if (!problems.isEmpty()) {
      throw new BadPlanException(String.join("; ", problems));
    }
    return plan;
  }

  private static LoadPlan parsed(String json) throws BadPlanException {
    try {
      LoadPlan plan = MAPPER.readValue(json, LoadPlan.class);
      if (plan == null) {
        throw new BadPlanException("the plan is null: write an object");
      }
      return plan;
    } catch (JsonMappingException e) {
      throw new BadPlanException(fieldOf(e) + ": " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw new BadPlanException("the plan is not JSON: " + e.getOriginalMessage());
    }
  }

  private static String fieldOf(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(
                part ->
                    part.getFieldName() == null
                        ? "[" + part.getIndex() + "]"
                        : "." + part.getFieldName())
            .collect(Collectors.joining());
    return path.startsWith(".") ? path.substring(1) : "the plan" + path;
  }

  /** One line, short enough for a termination message. */
  static String line(LoadReport report) {
    try {
      return MAPPER.writeValueAsString(
          switch (report) {
            case LoadReport.Measured measured -> measured;
            case BadConfiguration bad -> new BadConfiguration(shortened(bad.message()));
            case Unreachable none -> new Unreachable(none.side(), shortened(none.message()));
          });
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is always JSON", e);
    }
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }

  /** The plan can't be carried out; the message says why, field by field. */
  static final class BadPlanException extends Exception {
    BadPlanException(String message) {
      super(message);
    }
  }
}
