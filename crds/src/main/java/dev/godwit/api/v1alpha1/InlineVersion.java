package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One version of a schema, with its SQL. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "self.transactional || has(self.verify)",
    message =
        "with transactional: false nothing takes a half-done version back: write verify, which says"
            + " whether it is there as it should be",
    fieldPath = ".verify")
@ValidationRule(
    value = "has(self.down) || !has(self.verifyDown)",
    message = "verifyDown says whether down has worked: write down, or leave verifyDown out",
    fieldPath = ".verifyDown")
public record InlineVersion(
    @JsonPropertyDescription(
            "Its name: letters, digits, '.', '_' and '-', at most 100, with a letter or digit"
                + " first, as 2024_01_15_001. Versions must come in ascending order: their parts"
                + " are compared one by one, numbers as numbers.")
        @Required
        @Size(max = VersionName.MAX_LENGTH) @ValidationRule(value = VersionName.VERSION, message = VersionName.VERSION_MESSAGE)
        String version,
    @JsonPropertyDescription("What it brings, in words, at most 200 characters.") @Size(max = 200) String description,
    @JsonPropertyDescription(
            "SQL that brings the version; not blank, at most 131072 characters: what is longer goes"
                + " into a ConfigMap.")
        @Required
        @Size(max = InlineVersion.MAX_TEXT) @Pattern(InlineVersion.TEXT) String up,
    @JsonPropertyDescription(
            "SQL that says whether the version is as it should be, in the same transaction as up: an"
                + " error, no row, or a row that is not true takes it back. At most 131072"
                + " characters.")
        @Size(max = InlineVersion.MAX_TEXT) @Pattern(InlineVersion.TEXT) String verify,
    @JsonPropertyDescription(
            "SQL that takes the version back. Without it there is no way back past this version. At"
                + " most 131072 characters.")
        @Size(max = InlineVersion.MAX_TEXT) @Pattern(InlineVersion.TEXT) String down,
    @JsonPropertyDescription(
            "SQL that says whether down has worked, in the same transaction as down, as verify does"
                + " for up. At most 131072 characters.")
        @Size(max = InlineVersion.MAX_TEXT) @Pattern(InlineVersion.TEXT) String verifyDown,
    @JsonPropertyDescription(
            "Whether up runs in one transaction with verify, and down with verifyDown. False is for"
                + " what can't be in one, as CREATE INDEX CONCURRENTLY: the SQL is run again after"
                + " a failure and must bear that, and verify is required. Default true.")
        @Default("true")
        Boolean transactional) {

  /** The longest text, in characters. An object of all kinds of Kubernetes has at most 1.5 MiB. */
  static final int MAX_TEXT = 131072;

  /** What a field that holds SQL must match. A CEL rule for it costs more than the API allows. */
  static final String TEXT = "\\S";
}
