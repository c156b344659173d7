package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What must hold in a database: a Job of the operator's own image asks for it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SqlCheck(
    @JsonPropertyDescription("The PostgreSQL database that is asked.") @Required Database database,
    @JsonPropertyDescription(
            "One statement that reads, and returns rows of a single boolean column: there must be a"
                + " row, and all must be true. As in: select not exists (select from orders where"
                + " total < 0). It runs in a transaction that can't write. At most 16384"
                + " characters.")
        @Required
        @Size(min = 1, max = 16384) String query,
    @JsonPropertyDescription(
            "How long after an answer it is asked again while the new version serves, as 10s."
                + " Default 10s.")
        @Default("10s")
        @ValidationRule(
            value = TimeSpan.SPAN + " && " + TimeSpan.SECONDS + " <= 3600",
            message = "write a span of time of 1s to 1h, as 10s")
        @Size(max = TimeSpan.MAX_LENGTH) String interval,
    @JsonPropertyDescription(
            "How many bad answers in a row take the migration back while the new version serves, 1"
                + " to 100. That the database doesn't answer is none. Default 2.")
        @Default("2")
        @Min(1) @Max(100) Integer failures) {}
