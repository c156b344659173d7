package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** What a {@link SchemaMigration} runs, or would run. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchemaPlan(
    @JsonPropertyDescription("The version of the database server, as 18.1.") String server,
    @JsonPropertyDescription("The version that the database had; 0: none.") String from,
    @JsonPropertyDescription("Up to a later version, or Down to an earlier one.")
        SchemaDirection direction,
    @JsonPropertyDescription(
            "The versions that are brought, or taken back, in this order; at most 500.")
        List<String> versions,
    @JsonPropertyDescription("Those of them that have no down: after one there is no way back.")
        List<String> irreversible,
    @JsonPropertyDescription(
            "How many statements may lose data or break programs of the old version; they need"
                + " allowDestructive.")
        Integer destructive,
    @JsonPropertyDescription(
            "What is to be known of single statements: the destructive ones first, then those with"
                + " the largest tables; at most 40.")
        List<SchemaFinding> findings,
    @JsonPropertyDescription("How many more there are, which are in the log of the Job only.")
        Integer omitted) {}
