package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What a user asks of a {@link Migration}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "self.services.all(s, self.services.exists_one(o, o.workload.name == s.workload.name))",
    message = "two services name the same workload: each workload belongs to one service",
    fieldPath = ".services")
@ValidationRule(
    value =
        MigrationSpec.WITH_NAMES
            + "self.services.all(s, !has(s.dependsOn) || s.dependsOn.all(d, d in names)))",
    message = "dependsOn names a service that is not in spec.services",
    fieldPath = ".services")
@ValidationRule(
    value =
        "self.services.all(s, !has(s.replacement) || self.services.exists_one(o,"
            + " has(o.replacement) && o.replacement.name == s.replacement.name))",
    message = "two services name the same replacement: each Deployment belongs to one service",
    fieldPath = ".services")
@ValidationRule(
    value =
        "self.services.all(s, !has(s.replacement)"
            + " || !self.services.exists(o, o.workload.name == s.replacement.name))",
    message = "a replacement is the workload of a service: it must be a Deployment of its own",
    fieldPath = ".services")
@ValidationRule(
    value =
        "!has(self.strategy.blueGreen) || !has(self.strategy.blueGreen.smokeTests) || "
            + MigrationSpec.WITH_NAMES
            + "self.strategy.blueGreen.smokeTests.all(c, !has(c.services)"
            + " || c.services.all(n, n in names)))",
    message = "a smoke test names a service that is not in spec.services",
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "!has(self.strategy.blueGreen) || !has(self.strategy.blueGreen.tests) || "
            + MigrationSpec.WITH_NAMES
            + "self.strategy.blueGreen.tests.all(c, !has(c.services)"
            + " || c.services.all(n, n in names)))",
    message = "a test names a service that is not in spec.services",
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "!has(self.strategy.rolling) || !has(self.strategy.rolling.smokeTests) || "
            + MigrationSpec.WITH_NAMES
            + "self.strategy.rolling.smokeTests.all(c, !has(c.services)"
            + " || c.services.all(n, n in names)))",
    message = "a smoke test names a service that is not in spec.services",
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "!has(self.strategy.rolling) || !has(self.strategy.rolling.tests) || "
            + MigrationSpec.WITH_NAMES
            + "self.strategy.rolling.tests.all(c, !has(c.services)"
            + " || c.services.all(n, n in names)))",
    message = "a test names a service that is not in spec.services",
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "!has(self.strategy.blueGreen) || !has(self.strategy.blueGreen.performance)"
            + " || !has(self.strategy.blueGreen.performance.services) || "
            + MigrationSpec.WITH_NAMES
            + "self.strategy.blueGreen.performance.services.all(n, n in names))",
    message = "performance names a service that is not in spec.services",
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "!has(self.strategy.rolling) || !has(self.strategy.rolling.performance)"
            + " || !has(self.strategy.rolling.performance.services) || "
            + MigrationSpec.WITH_NAMES
            + "self.strategy.rolling.performance.services.all(n, n in names))",
    message = "performance names a service that is not in spec.services",
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "!has(self.health) || !has(self.health.probes) || "
            + MigrationSpec.WITH_NAMES
            + "self.health.probes.all(p, !has(p.services)"
            + " || p.services.all(n, n in names)))",
    message = "a probe names a service that is not in spec.services",
    fieldPath = ".health")
@ValidationRule(
    value =
        "!has(self.health) || !has(self.health.metrics) || "
            + MigrationSpec.WITH_NAMES
            + "self.health.metrics.all(m, !has(m.services)"
            + " || m.services.all(n, n in names)))",
    message = "a metric names a service that is not in spec.services",
    fieldPath = ".health")
@ValidationRule(
    value =
        "!has(self.strategy.blueGreen) || self.strategy.blueGreen.cleanup == 'Delete'"
            + " || self.strategy.blueGreen.cleanup == 'Keep'"
            + " || self.services.all(s, !has(s.replacement))",
    message =
        "a service with a replacement is cleaned up by Delete or Keep:"
            + " set strategy.blueGreen.cleanup to one of them",
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "!has(self.strategy.rolling) || self.strategy.rolling.cleanup == 'Delete'"
            + " || self.strategy.rolling.cleanup == 'Keep'"
            + " || self.services.all(s, !has(s.replacement))",
    message =
        "a service with a replacement is cleaned up by Delete or Keep:"
            + " set strategy.rolling.cleanup to one of them",
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "!has(self.strategy.blueGreen) || self.services.all(s, has(s.upgrade) ? s.upgrade =="
            + " 'Replace' : s.workload.kind == 'Deployment')",
    message =
        "a service that is upgraded InPlace (a StatefulSet always is) needs strategy.rolling:"
            + " blueGreen moves all services at once",
    fieldPath = ".services")
@ValidationRule(
    value =
        "has(self.createdBy) || !has(self.strategy.blueGreen) || !has(self.strategy.blueGreen.gates)"
            + " || "
            + "[self.strategy.blueGreen.gates]"
            + MigrationSpec.NO_SEPARATION,
    message = MigrationSpec.CREATOR_MESSAGE,
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "has(self.createdBy) || !has(self.strategy.rolling) || !has(self.strategy.rolling.gates)"
            + " || "
            + "[self.strategy.rolling.gates]"
            + MigrationSpec.NO_SEPARATION,
    message = MigrationSpec.CREATOR_MESSAGE,
    fieldPath = ".strategy")
@ValidationRule(
    value =
        "!has(self.schemas) || self.schemas.all(s, self.schemas.exists_one(o, o.migration =="
            + " s.migration))",
    message = "a SchemaMigration is named twice: each runs once",
    fieldPath = ".schemas")
@ValidationRule(
    value =
        "has(self.createdBy) == has(oldSelf.createdBy)"
            + " && (!has(self.createdBy) || self.createdBy == oldSelf.createdBy)",
    message = "who created a Migration can't be changed: create a new one",
    fieldPath = ".createdBy")
public record MigrationSpec(
    @JsonPropertyDescription(
            "The version that must run before the migration starts: the label"
                + " app.kubernetes.io/version of the pods, else the tag of the image."
                + " Without it any version may run.")
        @Size(min = 1, max = 63) String from,
    @JsonPropertyDescription("The version that the migration brings, as people call it.")
        @Required
        @Size(min = 1, max = 63) String to,
    @JsonPropertyDescription("The services to move together, 1 to 64.")
        @Required
        @Size(min = 1, max = 64) List<ServiceSpec> services,
    @JsonPropertyDescription("How they are moved: exactly one strategy.") @Required
        Strategy strategy,
    @JsonPropertyDescription(
            "What healthy means while the new version serves: here, or in a HealthPolicy. The"
                + " health of the pods is always watched; this adds to it.")
        HealthSpec health,
    @JsonPropertyDescription(
            "The SchemaMigrations that are run as stages of this Migration, 1 to 8, those of the"
                + " same moment one after the other.")
        @Size(min = 1, max = 8) List<SchemaStage> schemas,
    @JsonPropertyDescription(
            "What a failure after the start leads to. Rollback (default): everything goes back by"
                + " itself. Pause: the migration stops where it is until a person sets abort to"
                + " true, or paused to true and to false again to try once more.")
        @Default("Rollback")
        OnFailure onFailure,
    @JsonPropertyDescription(
            "What happens on the way back when a service can't be taken back (its old workload was"
                + " deleted, say). Continue (default): the others go back all the same, and it is"
                + " tried again. Stop: the others wait until it is taken back.")
        @Default("Continue")
        OnUndoFailure onUndoFailure,
    @JsonPropertyDescription(
            "True holds the migration before its next step; guards stay on. Default false.")
        @Default("false")
        Boolean paused,
    @JsonPropertyDescription(
            "True takes everything back to the versions that ran at the start, until the point of"
                + " no return. Default false.")
        @Default("false")
        Boolean abort,
    @JsonPropertyDescription(
            "The user that creates the Migration, as kubectl auth whoami says it; needed where an"
                + " approval has separationOfDuties. The API server refuses another name (the"
                + " chart's admission.approvals), and it can't be changed.")
        @Size(min = 1, max = 256) String createdBy) {

  /** The same with another answer to what healthy means. */
  public MigrationSpec with(HealthSpec other) {
    return new MigrationSpec(
        from,
        to,
        services,
        strategy,
        other,
        schemas,
        onFailure,
        onUndoFailure,
        paused,
        abort,
        createdBy);
  }

  /** The SchemaMigrations that are run then. */
  public List<SchemaStage> schemas(SchemaWhen when) {
    return schemas == null
        ? List.of()
        : schemas.stream().filter(stage -> stage.when() == when).toList();
  }

  /**
   * Begins a CEL rule that needs the names of all services. A list of one list is how CEL binds a
   * name: to look each name up among the services took the API server seconds in the worst case.
   */
  static final String WITH_NAMES = "[self.services.map(o, o.name)].all(names, ";

  /** Ends a CEL rule on a list of gates: whether no approval asks for another than the creator. */
  static final String NO_SEPARATION =
      ".all(g, (!has(g.beforeSwitch) || !has(g.beforeSwitch.approval)"
          + " || !g.beforeSwitch.approval.separationOfDuties)"
          + " && (!has(g.betweenServices) || !has(g.betweenServices.approval)"
          + " || !g.betweenServices.approval.separationOfDuties)"
          + " && (!has(g.beforeCleanup) || !has(g.beforeCleanup.approval)"
          + " || !g.beforeCleanup.approval.separationOfDuties))";

  /** What is said where {@code createdBy} is missing. */
  static final String CREATOR_MESSAGE =
      "an approval with separationOfDuties needs spec.createdBy: write your own user name there, as"
          + " kubectl auth whoami says it";
}
