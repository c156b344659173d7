package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What is to be known of a statement before it is run. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchemaFinding(
    @JsonPropertyDescription("The version that it is of.") String version,
    @JsonPropertyDescription("Its line in the version's SQL, from 1.") Integer line,
    @JsonPropertyDescription(
            "What it is. Destructive are Drop, Truncate, WholeTable, TypeChange, Rename, Unparsed"
                + " and Program; others are Rewrite, NotNullWithoutDefault,"
                + " IndexWithoutConcurrently, ConstraintCheckedAtOnce, Lock and NoDown.")
        String kind,
    @JsonPropertyDescription("The table, or another object, that it touches, where one is known.")
        String object,
    @JsonPropertyDescription(
            "The strongest lock that it takes on that, as PostgreSQL calls it: SHARE, SHARE ROW"
                + " EXCLUSIVE and EXCLUSIVE keep writers waiting, ACCESS EXCLUSIVE readers, too.")
        String lock,
    @JsonPropertyDescription("How large the table is, with its indexes, in bytes.") Long bytes) {}
