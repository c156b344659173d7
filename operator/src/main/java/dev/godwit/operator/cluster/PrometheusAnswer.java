package dev.godwit.operator.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.operator.plan.Measured;
import java.util.OptionalDouble;

/** Reads what Prometheus answers to an instant query: one number, or why there is none. */
final class PrometheusAnswer {

  private static final String NO_ANSWER = "the answer is not one of Prometheus";
  private static final ObjectMapper JSON = new ObjectMapper();

  private PrometheusAnswer() {}

  static Measured read(String body) {
    try {
      JsonNode answer = JSON.readTree(body);
      if (answer == null || !answer.isObject() || !answer.path("status").isTextual()) {
        return new Measured.Unknown(NO_ANSWER);
      }
      return answer.path("status").asText().equals("success")
          ? result(answer.path("data"))
          : new Measured.Unknown(
              "refused ("
                  + answer.path("errorType").asText()
                  + "): "
                  + answer.path("error").asText());
    } catch (JsonProcessingException e) {
      return new Measured.Unknown("the answer is not JSON");
    }
  }

  private static Measured result(JsonNode data) {
    JsonNode result = data.path("result");
    String type = data.path("resultType").asText();
    if (!type.isEmpty() && !result.isArray()) {
      return new Measured.Unknown(NO_ANSWER);
    }
    return switch (type) {
      case "scalar" -> number(result);
      case "vector" -> vector(result);
      default ->
          new Measured.Unknown(
              "the query gives a "
                  + data.path("resultType").asText("nothing")
                  + ", and not a number: write one that gives a single number");
    };
  }

  private static Measured vector(JsonNode result) {
    if (result.isEmpty()) {
      return new Measured.Nothing("there is no such series");
    }
    return result.size() == 1
        ? number(result.get(0).path("value"))
        : new Measured.Unknown(
            "the query gives "
                + result.size()
                + " series: aggregate them, with sum() or max() say");
  }

  /** A pair of time and value, which is a text. */
  private static Measured number(JsonNode pair) {
    String text = pair.path(1).asText();
    try {
      double value = Double.parseDouble(text.replace("Inf", "Infinity"));
      if (Double.isNaN(value)) {
        return new Measured.Nothing("the value is NaN, as of nothing by nothing");
      }
      return Double.isInfinite(value)
          ? new Measured.Unknown("the value is infinite")
          : new Measured.Value(value, OptionalDouble.empty());
    } catch (NumberFormatException e) {
      return new Measured.Unknown("the value is not a number");
    }
  }
}
