package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What counts as applied in a database that has no history yet. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.version) != has(self.flyway)",
    message = "set exactly one of version and flyway")
public record SchemaBaseline(
    @JsonPropertyDescription("All versions up to this one, itself included.")
        @Size(max = VersionName.MAX_LENGTH) @ValidationRule(value = VersionName.VERSION, message = VersionName.VERSION_MESSAGE)
        String version,
    @JsonPropertyDescription("True: what Flyway's own history in the database says was applied.")
        @ValidationRule(value = "self", message = "write flyway: true, or leave it out")
        Boolean flyway) {}
