package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The old and the new version under the same load, before users see the new one. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Performance(
    @JsonPropertyDescription("What is sent, to both versions alike: 1 to 16 kinds of request.")
        @Required
        @Size(min = 1, max = 16) List<Request> requests,
    @JsonPropertyDescription(
            "Requests per second to the version whose turn it is, 1 to 10000, whatever the answers"
                + " do. Blue has it beside its users' own requests: choose what it can bear.")
        @Required
        @Min(1) @Max(10_000) Integer rate,
    @JsonPropertyDescription(
            "How long the load lasts without the warm-up, 10s to 2h. It is cut into turns of the"
                + " same length, which blue and green have alternately: 12 of at least 40s, or 8"
                + " where it is shorter than 8m. CPU is compared where a turn is at least 20s, so"
                + " from 160s on. Default 8m.")
        @Default("8m")
        @ValidationRule(
            value =
                TimeSpan.SPAN
                    + " && "
                    + TimeSpan.SECONDS
                    + " >= 10 && "
                    + TimeSpan.SECONDS
                    + " <= 7200",
            message = "write a span of time from 10s to 2h, as in 8m")
        @Size(max = TimeSpan.MAX_LENGTH) String duration,
    @JsonPropertyDescription(
            "How long each version has the load before anything is counted, 0s to 15m. Default 10s.")
        @Default("10s")
        @ValidationRule(
            value = TimeSpan.SPAN_OR_ZERO + " && " + TimeSpan.SECONDS + " <= 900",
            message = "write a span of time from 0s to 15m, as in 10s")
        @Size(max = TimeSpan.MAX_LENGTH) String warmUp,
    @JsonPropertyDescription(
            "The port of the Service that is asked, 1 to 65535. Default: its first.")
        @Min(1) @Max(65535) Integer port,
    @JsonPropertyDescription(
            "How much worse green may be, for each metric by itself, 0.1% to 100%. Default 10%.")
        @Default("10%")
        @ValidationRule(
            value = "self.matches('^(0[.][1-9]|[1-9][0-9]?([.][0-9])?|100)%$')",
            message = "write a percentage from 0.1% to 100%, as in 10% or 2.5%")
        @Size(max = 5) String tolerance,
    @JsonPropertyDescription(
            "Which quantile of the response time is compared: p50, p90, p95 or p99. Default p90:"
                + " what one of ten users waits for, which differs less from turn to turn than what"
                + " fewer of them do.")
        @Default("p90")
        Quantile quantile,
    @JsonPropertyDescription(
            "What a green leads to that is worse by more than the tolerance, or that could not be"
                + " compared. Warn (default): a condition and an event say so, and the migration"
                + " goes on. Fail: it fails, and traffic does not move.")
        @Default("Warn")
        OnDegradation onDegradation,
    @JsonPropertyDescription(
            "Names of the services that are compared, one after the other. Default: all that get"
                + " green beside blue; one that is upgraded InPlace can't be named.")
        @Size(min = 1, max = 64) List<@Size(min = 1, max = 40) String> services) {

  /** One kind of request. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "!has(self.headers) || self.headers.all(h, self.headers.exists_one(o,"
              + " o.name.lowerAscii() == h.name.lowerAscii()))",
      message = "two headers have the same name: join their values with a comma",
      fieldPath = ".headers")
  public record Request(
      @JsonPropertyDescription("The HTTP method, in capitals. Default GET.")
          @Default("GET")
          @Size(min = 1, max = 16) @ValidationRule(
              value = "self.matches('^[A-Z]+$')",
              message = "write a method in capitals, as in GET or POST")
          String method,
      @JsonPropertyDescription(
              "Path with query, beginning with a slash, percent-encoded. Default /.")
          @Default("/")
          @Size(min = 1, max = 1024) @ValidationRule(
              value = "self.matches('^/[!-~]*$')",
              message =
                  "a path begins with a slash and has neither spaces nor letters beyond ASCII:"
                      + " percent-encode them")
          String path,
      @JsonPropertyDescription(
              "How often it is sent in comparison with the others, 1 to 1000. Default 1.")
          @Default("1")
          @Min(1) @Max(1000) Integer weight,
      @JsonPropertyDescription(
              "Headers of the request, at most 16. No place for secrets: whoever may read the"
                  + " Migration or its Jobs can read them.")
          @Size(max = 16) List<Header> headers,
      @JsonPropertyDescription(
              "Body of the request, at most 4096 characters, sent as UTF-8. Default none.")
          @Size(max = 4096) String body,
      @JsonPropertyDescription(
              "Classes of status codes that count as answered: 2xx, 3xx, 4xx and 5xx. Anything else"
                  + " counts as failed. Default 2xx.")
          @Size(min = 1, max = 4) List<StatusClass> expect) {}

  /** A header of a request. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Header(
      @JsonPropertyDescription("Name of the header, at most 64 characters.")
          @Required
          @Size(min = 1, max = 64) @ValidationRule(
              value = "self.matches('^[-_0-9A-Za-z]+$')",
              message = "the name of a header has letters, digits, '-' and '_'")
          @ValidationRule(
              value =
                  "!(self.lowerAscii() in ['connection', 'content-length', 'transfer-encoding',"
                      + " 'expect', 'upgrade', 'te'])",
              message = "the load sets this header by itself: leave it out")
          String name,
      @JsonPropertyDescription("Its value, at most 1024 characters.")
          @Required
          @Size(max = 1024) @ValidationRule(
              value = "self.matches('^[ -~]*$')",
              message = "the value of a header is one line of ASCII")
          String value) {}

  /** A class of HTTP status codes. */
  public enum StatusClass {
    /** 200 to 299. */
    @JsonProperty("2xx")
    SUCCESS,
    /** 300 to 399. */
    @JsonProperty("3xx")
    REDIRECT,
    /** 400 to 499. */
    @JsonProperty("4xx")
    CLIENT_ERROR,
    /** 500 to 599. */
    @JsonProperty("5xx")
    SERVER_ERROR
  }

  /** A quantile of the response time. */
  public enum Quantile {
    /** The median. */
    @JsonProperty("p50")
    P50(0.5),
    /** Nine of ten are as quick. */
    @JsonProperty("p90")
    P90(0.9),
    /** Nineteen of twenty are as quick. */
    @JsonProperty("p95")
    P95(0.95),
    /** Ninety-nine of a hundred are as quick. */
    @JsonProperty("p99")
    P99(0.99);

    private final double share;

    Quantile(double share) {
      this.share = share;
    }

    /** The share of requests that is as quick, between 0 and 1. */
    public double share() {
      return share;
    }
  }

  /** What a degradation leads to. */
  public enum OnDegradation {
    /** It is said. */
    @JsonProperty("Warn")
    WARN,
    /** The migration fails. */
    @JsonProperty("Fail")
    FAIL
  }
}
