package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What a user asks of a {@link SchemaMigration}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.versions) != has(self.versionsFrom)",
    message = "set exactly one of versions, with the SQL in it, and versionsFrom, with ConfigMaps",
    fieldPath = ".versions")
@ValidationRule(
    value =
        "!has(self.versions) || !has(self.from) || self.from == '0'"
            + " || self.versions.exists(v, v.version == self.from)",
    message = "from is not in versions: name one of them, \"0\" for none, or leave it out",
    fieldPath = ".from")
@ValidationRule(
    value =
        "!has(self.versions) || !has(self.to) || self.to == '0'"
            + " || self.versions.exists(v, v.version == self.to)",
    message =
        "to is not in versions: name one of them, \"0\" to take all back, or leave it out for the"
            + " last",
    fieldPath = ".to")
@ValidationRule(
    value =
        "!has(self.versions) || !has(self.baseline) || !has(self.baseline.version)"
            + " || self.versions.exists(v, v.version == self.baseline.version)",
    message = "baseline.version is not in versions: name one of them",
    fieldPath = ".baseline")
@ValidationRule(
    value = "!has(self.baseline) || !has(self.from) || self.from != '0'",
    message =
        "baseline says that versions are there already, and from: \"0\" that none is: leave one of"
            + " them out",
    fieldPath = ".baseline")
@ValidationRule(
    value = "self.batch == 1 || self.settle.startsWith('0')",
    message =
        "settle waits after each version, and a batch runs several without a break: set batch to 1,"
            + " or leave settle out",
    fieldPath = ".settle")
@ValidationRule(
    value =
        "![self.patience, self.deadline]"
            + TimeSpan.ARE_SPANS
            + " || [[self.patience, self.deadline]"
            + TimeSpan.IN_SECONDS
            + "].all(s, s[0] < s[1])",
    message =
        "the Job would end while it still tries to get a lock: make patience shorter than deadline",
    fieldPath = ".patience")
@ValidationRule(
    value =
        "!has(self.statementTimeout) || ![self.statementTimeout, self.deadline]"
            + TimeSpan.ARE_SPANS
            + " || [[self.statementTimeout, self.deadline]"
            + TimeSpan.IN_SECONDS
            + "].all(s, s[0] <= s[1])",
    message =
        "the Job would end before a statement may: make statementTimeout at most as long as"
            + " deadline",
    fieldPath = ".statementTimeout")
@ValidationRule(
    value = "has(self.health) == has(self.services)",
    message = "health is what services are asked that use the database: set both, or neither",
    fieldPath = ".health")
@ValidationRule(
    value =
        "!has(self.health) || !has(self.health.triggers)"
            + " || !has(self.health.triggers.criticalChecks)",
    message = "a SchemaMigration has no checks: leave out health.triggers.criticalChecks",
    fieldPath = ".health")
@ValidationRule(
    value =
        "!has(self.health) || !has(self.health.probes) || !has(self.services)"
            + " || self.health.probes.all(p, !has(p.services)"
            + " || p.services.all(n, self.services.exists(s, s.name == n)))",
    message = "a probe names a service that is not in spec.services",
    fieldPath = ".health")
@ValidationRule(
    value =
        "!has(self.health) || !has(self.health.metrics) || !has(self.services)"
            + " || self.health.metrics.all(m, !has(m.services)"
            + " || m.services.all(n, self.services.exists(s, s.name == n)))",
    message = "a metric names a service that is not in spec.services",
    fieldPath = ".health")
@ValidationRule(
    value = "!has(self.gate) || !has(self.gate.approval) || !self.gate.approval.separationOfDuties",
    message =
        "a SchemaMigration does not say who created it: leave separationOfDuties out, and give the"
            + " right to create MigrationApprovals to others only",
    fieldPath = ".gate")
@ValidationRule(
    value =
        "self.onFailure != 'Restore' || (has(self.backup) && self.backup.policy == 'Always'"
            + " && has(self.backup.claim))",
    message =
        "to restore a dump there must be one before every run: set backup.policy to Always, and"
            + " backup.claim",
    fieldPath = ".onFailure")
@ValidationRule(
    value = "self.onFailure != 'Restore' || !has(self.health)",
    message =
        "onFailure: Restore keeps all services out of the database: leave health and services out",
    fieldPath = ".onFailure")
@ValidationRule(
    value = "self.onFailure != 'Restore' || self.mode != 'Staged'",
    message =
        "onFailure: Restore keeps the services of a Migration out of the database: set it to"
            + " Rollback, or leave mode: Staged out",
    fieldPath = ".onFailure")
public record SchemaMigrationSpec(
    @JsonPropertyDescription("The PostgreSQL database, of version 13 or newer.") @Required
        Database database,
    @JsonPropertyDescription(
            "The schema in which unqualified names are found, and in which the history of versions"
                + " is; at most 63 bytes. Default the first that exists of the search path of the"
                + " database user.")
        @Size(min = 1, max = 63) @ValidationRule(
            value = "size(bytes(self)) <= 63",
            message = "PostgreSQL keeps 63 bytes of a name: choose a shorter one")
        @ValidationRule(
            value = "!self.startsWith('pg_') && self != 'information_schema'",
            message = "this schema belongs to PostgreSQL itself: choose another one")
        String schema,
    @JsonPropertyDescription("The versions with their SQL, 1 to 500, the first one first.")
        @Size(min = 1, max = 500) List<InlineVersion> versions,
    @JsonPropertyDescription(
            "The ConfigMaps with the SQL, 1 to 20; versions are ordered by name. What is in them is"
                + " kept at the start: later changes don't reach this migration.")
        @Size(min = 1, max = 20) List<VersionSource> versionsFrom,
    @JsonPropertyDescription(
            "The version that the database must have before it starts, or 0: it must have none. Without it any"
                + " known version may be there.")
        @Size(max = VersionName.MAX_LENGTH) @ValidationRule(
            value = VersionName.VERSION_OR_NONE,
            message = VersionName.VERSION_OR_NONE_MESSAGE)
        String from,
    @JsonPropertyDescription(
            "The version to reach, or 0: before the first version, all are taken back. A version"
                + " before the current one is reached by down. Default the last version.")
        @Size(max = VersionName.MAX_LENGTH) @ValidationRule(
            value = VersionName.VERSION_OR_NONE,
            message = VersionName.VERSION_OR_NONE_MESSAGE)
        String to,
    @JsonPropertyDescription(
            "What counts as applied in a database that has no history of versions yet. Without it"
                + " such a database must be empty. Once there is a history it is not heeded.")
        SchemaBaseline baseline,
    @JsonPropertyDescription(
            "Run (default): the migration runs what it has planned. PlanOnly: it puts into"
                + " status.plan what it would run, and writes nothing into the database, until this"
                + " is changed to Run. Staged: it waits for a Migration that names it in"
                + " spec.schemas, and goes back with that.")
        @Default("Run")
        SchemaMode mode,
    @JsonPropertyDescription(
            "Whether statements may run that lose data, break programs of the old version, or can't"
                + " be understood: status.plan names them. Default false.")
        @Default("false")
        Boolean allowDestructive,
    @JsonPropertyDescription(
            "What the migration waits for before its first version, once its plan is there. Default"
                + " nothing.")
        Gate gate,
    @JsonPropertyDescription(
            "A dump of the whole database, made after the gate and before the first version."
                + " Default none. It is restored only with onFailure: Restore.")
        SchemaBackup backup,
    @JsonPropertyDescription(
            "How long a statement waits for a lock, and keeps others waiting behind it, before it is"
                + " taken back and tried again; 1ms to 1h, as 500ms or 2s. Default 500ms.")
        @Default("500ms")
        @Size(max = TimeSpan.MAX_LENGTH) @ValidationRule(value = TimeSpan.FINE, message = TimeSpan.FINE_MESSAGE)
        String lockTimeout,
    @JsonPropertyDescription(
            "For how long locks are tried again, with growing pauses, and for how long another run"
                + " that has the database is waited for; 0s to 24h, shorter than deadline. Default"
                + " 5m.")
        @Default("5m")
        @Size(max = TimeSpan.MAX_LENGTH) @ValidationRule(
            value = TimeSpan.SPAN_OR_ZERO + SchemaMigrationSpec.UP_TO_A_DAY,
            message = "write a span of time of 0s to 24h, as 5m")
        String patience,
    @JsonPropertyDescription(
            "How long a statement may take, 1s to 24h, at most as long as deadline. Default as long"
                + " as it needs.")
        @Size(max = TimeSpan.MAX_LENGTH) @ValidationRule(
            value = TimeSpan.SPAN + SchemaMigrationSpec.UP_TO_A_DAY,
            message = SchemaMigrationSpec.UP_TO_A_DAY_MESSAGE)
        String statementTimeout,
    @JsonPropertyDescription(
            "After how long the server ends a transaction in which nothing comes, as when the Job"
                + " was cut off; 1s to 24h. Default 1m.")
        @Default("1m")
        @Size(max = TimeSpan.MAX_LENGTH) @ValidationRule(
            value = TimeSpan.SPAN + SchemaMigrationSpec.UP_TO_A_DAY,
            message = SchemaMigrationSpec.UP_TO_A_DAY_MESSAGE)
        String idleTimeout,
    @JsonPropertyDescription(
            "How long to wait after each version before the next one, as 30s or 10m. Default 0s.")
        @Default("0s")
        @Size(max = TimeSpan.MAX_LENGTH) @ValidationRule(value = TimeSpan.ZERO_OR_MORE, message = TimeSpan.ZERO_OR_MORE_MESSAGE)
        String settle,
    @JsonPropertyDescription(
            "What healthy means for the services that use the database: here, or in a HealthPolicy"
                + ". A metric out of its limits, or a probe that fails too often, takes the versions"
                + " of this run back; after each version settle must end with good values and"
                + " answers. Default nothing is asked.")
        HealthSpec health,
    @JsonPropertyDescription("The services that health is about, 1 to 16.") @Size(min = 1, max = 16) List<WatchedService> services,
    @JsonPropertyDescription(
            "How long one Job may take, the start of its pod included, as 10m or 4h; a Job runs one"
                + " version, or as many as batch says. Default 1h.")
        @Default("1h")
        @Size(max = TimeSpan.MAX_LENGTH) @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        String deadline,
    @JsonPropertyDescription(
            "How many versions one Job runs at most, 1 to 100, each in a transaction of its own."
                + " Default 1.")
        @Default("1")
        @Min(1) @Max(100) Integer batch,
    @JsonPropertyDescription(
            "What a failure after the start leads to. Rollback (default): the versions of this run"
                + " are taken back by their down, the last one first. Pause: the migration stops"
                + " where it is until a person sets abort to true, or paused to true and to false"
                + " again to try once more. Restore: the dump is restored that was made before the"
                + " first version; for that everybody but the role of spec.database, and"
                + " superusers, is kept out of the database from before the dump to the end. It"
                + " needs a role that owns the database and all that is in it, and that nobody else"
                + " uses.")
        @Default("Rollback")
        SchemaOnFailure onFailure,
    @JsonPropertyDescription("True holds the migration before its next step. Default false.")
        @Default("false")
        Boolean paused,
    @JsonPropertyDescription(
            "True takes the versions of this run back, as a failure does with onFailure: Rollback or"
                + " Restore. Default false.")
        @Default("false")
        Boolean abort) {

  /** The same with another answer to what healthy means. */
  public SchemaMigrationSpec with(HealthSpec other) {
    return new SchemaMigrationSpec(
        database,
        schema,
        versions,
        versionsFrom,
        from,
        to,
        baseline,
        mode,
        allowDestructive,
        gate,
        backup,
        lockTimeout,
        patience,
        statementTimeout,
        idleTimeout,
        settle,
        other,
        services,
        deadline,
        batch,
        onFailure,
        paused,
        abort);
  }

  /** Ends the CEL rule of a field that holds a span. */
  static final String UP_TO_A_DAY = " && " + TimeSpan.SECONDS + " <= 86400";

  /** What is said where a span is zero, or longer than a day. */
  static final String UP_TO_A_DAY_MESSAGE = "write a span of time of 1s to 24h, as 30s or 10m";
}
