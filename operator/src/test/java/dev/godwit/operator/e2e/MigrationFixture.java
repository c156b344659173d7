package dev.godwit.operator.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.GrpcCheck;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.api.v1alpha1.TcpCheck;
import dev.godwit.operator.plan.SpecFixture;
import java.util.ArrayList;
import java.util.List;

/** A Migration as a user would write it, quick by default: it watches green for two seconds. */
final class MigrationFixture {

  private final String name;
  private final List<ServiceSpec> services = new ArrayList<>();
  private final List<Check> smokeTests = new ArrayList<>();
  private final List<Check> tests = new ArrayList<>();
  private final List<Probe> probes = new ArrayList<>();
  private final List<SchemaStage> schemas = new ArrayList<>();
  private HealthSpec health;
  private String from;
  private String deadline = "60s";
  private String monitor = "2s";
  private String stability = "0s";
  private String drain = "5s";
  private Cleanup cleanup = Cleanup.REPLACE;
  private OnFailure onFailure = OnFailure.ROLLBACK;
  private Gates gates;
  private Performance performance;
  private String createdBy;
  private boolean paused;
  private boolean rolling;
  private Retire retire = Retire.AT_END;

  private MigrationFixture(String name) {
    this.name = name;
  }

  static MigrationFixture named(String name) {
    return new MigrationFixture(name);
  }

  /** A Migration of one application to version 2 by its image. */
  static MigrationFixture toV2(Application application) {
    return named("upgrade").image(application, application.image(Application.V2));
  }

  /** Where it waits for people and windows. */
  MigrationFixture gates(Gates others) {
    gates = others;
    return this;
  }

  /** Green is compared with blue under load. */
  MigrationFixture performance(Performance what) {
    performance = what;
    return this;
  }

  MigrationFixture createdBy(String user) {
    createdBy = user;
    return this;
  }

  String name() {
    return name;
  }

  MigrationFixture image(Application application, String image, String... dependsOn) {
    return service(
        SpecFixture.service(application.name()).image(image).dependsOn(dependsOn).spec());
  }

  /** The service that was named last has a backup by this Job. */
  MigrationFixture backup(JobCheck job) {
    ServiceSpec last = services.removeLast();
    return service(SpecFixture.like(last).backup(new ServiceSpec.Backup(job, null, "60s")).spec());
  }

  MigrationFixture patch(Application application, String patch) {
    return service(SpecFixture.service(application.name()).patch(json(patch)).spec());
  }

  MigrationFixture replacement(Application application, String replacement) {
    return service(SpecFixture.service(application.name()).replacement(replacement).spec());
  }

  MigrationFixture service(ServiceSpec service) {
    services.add(service);
    return this;
  }

  MigrationFixture from(String version) {
    from = version;
    return this;
  }

  MigrationFixture deadline(String span) {
    deadline = span;
    return this;
  }

  MigrationFixture monitor(String span) {
    monitor = span;
    return this;
  }

  MigrationFixture stability(String span) {
    stability = span;
    return this;
  }

  MigrationFixture drain(String span) {
    drain = span;
    return this;
  }

  MigrationFixture cleanup(Cleanup how) {
    cleanup = how;
    return this;
  }

  MigrationFixture onFailure(OnFailure what) {
    onFailure = what;
    return this;
  }

  /** Service after service. */
  MigrationFixture rolling() {
    rolling = true;
    return this;
  }

  /** Old versions are given up after the turn of their service. */
  MigrationFixture retireAfterEach() {
    retire = Retire.AFTER_EACH;
    return this;
  }

  MigrationFixture paused() {
    paused = true;
    return this;
  }

  MigrationFixture smokeTest(Check check) {
    smokeTests.add(check);
    return this;
  }

  MigrationFixture test(Check check) {
    tests.add(check);
    return this;
  }

  /** A SchemaMigration is run before the deployment, and taken back on the way back. */
  MigrationFixture expand(String schema) {
    schemas.add(new SchemaStage(schema, SchemaWhen.BEFORE_DEPLOY, OnRollback.TAKE_BACK));
    return this;
  }

  /** A SchemaMigration is run after the clean-up. */
  MigrationFixture contract(String schema) {
    schemas.add(new SchemaStage(schema, SchemaWhen.AFTER_CLEANUP, OnRollback.TAKE_BACK));
    return this;
  }

  /** What healthy means, in the place of probes. */
  MigrationFixture health(HealthSpec what) {
    health = what;
    return this;
  }

  /** Asks every pod that serves, every second, and trips at the first failure. */
  MigrationFixture probe(String path) {
    probes.add(
        new Probe(
            "answers",
            new HttpCheck(path, 9898, null, null, null),
            null,
            null,
            null,
            "1s",
            // A machine that starves its pods must not look like an application that fails.
            "10s",
            1));
    return this;
  }

  /** The same check, of one application only. */
  static Check only(Application application, Check check) {
    return new Check(
        check.name(),
        check.http(),
        check.tcp(),
        check.grpc(),
        check.job(),
        check.sql(),
        List.of(application.name()),
        check.timeout(),
        check.attempts());
  }

  static Check http(String check, String path, Integer status, String contains) {
    return check(check, new HttpCheck(path, 9898, null, status, contains), null, null, null);
  }

  static Check tcp(String check, int port) {
    return check(check, null, new TcpCheck(port), null, null);
  }

  static Check grpc(String check, int port) {
    return check(check, null, null, new GrpcCheck(port, null), null);
  }

  /** A Job with a shell, for the image of the load generator has one. */
  static Check job(String check, String image, String... command) {
    return check(check, null, null, null, new JobCheck(image, List.of(command), null, null));
  }

  /** A check that fails once a second for longer than any test lasts. */
  static Check neverPasses() {
    Check check = http("never-passes", "/status/500", null, null);
    return new Check(
        check.name(), check.http(), null, null, null, null, null, check.timeout(), 100);
  }

  private static Check check(
      String check, HttpCheck http, TcpCheck tcp, GrpcCheck grpc, JobCheck job) {
    return new Check(check, http, tcp, grpc, job, null, null, job == null ? "3s" : "60s", 2);
  }

  Migration build() {
    Migration migration = new Migration();
    migration.getMetadata().setName(name);
    migration.setSpec(
        new MigrationSpec(
            from,
            Application.V2,
            services,
            strategy(),
            probes.isEmpty() ? health : HealthSpec.of(probes),
            schemas.isEmpty() ? null : schemas,
            onFailure,
            OnUndoFailure.CONTINUE,
            paused,
            false,
            createdBy));
    return migration;
  }

  private Strategy strategy() {
    return rolling
        ? new Strategy(
            null,
            new Rolling(
                smokeTests,
                tests,
                performance,
                1,
                deadline,
                monitor,
                "0s",
                stability,
                drain,
                cleanup,
                retire,
                gates))
        : new Strategy(
            new BlueGreen(
                smokeTests,
                tests,
                performance,
                deadline,
                monitor,
                stability,
                drain,
                cleanup,
                gates),
            null);
  }

  private static JsonNode json(String text) {
    try {
      return LocalCluster.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
