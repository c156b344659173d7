package dev.godwit.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL in a test's namespace, and what somebody does to its data. */
final class PostgreSql {

  /** Name of its Secret, and of everything else of it. */
  static final String NAME = "orders-db";

  private final String namespace;

  private PostgreSql(String namespace) {
    this.namespace = namespace;
  }

  /** Deploys one, and waits until it takes connections. */
  static PostgreSql in(String namespace) {
    LocalCluster.kubectl(
        "apply",
        "--namespace=" + namespace,
        "--filename=" + LocalCluster.PROJECT.resolve("examples/data/database.yaml"));
    PostgreSql database = new PostgreSql(namespace);
    database.isReady();
    return database;
  }

  /** Executes statements, as the owner of the data. */
  void execute(String sql) {
    execute("orders", sql);
  }

  /** The same as somebody who may do everything. */
  void executeAsSuperuser(String sql) {
    execute("postgres", sql);
  }

  /** The same as another role of the tests. */
  void executeAs(String user, String sql) {
    execute(user, sql);
  }

  /** Fails where a condition is not true. */
  void holds(String condition) {
    holdsIn("orders", condition);
  }

  /** The same in another database. */
  void holdsIn(String name, String condition) {
    execute(
        "orders",
        name,
        "do $$ begin if not coalesce((select "
            + condition
            + "), false) then raise exception 'does not hold'; end if; end $$");
  }

  /** Waits until a query has a row; gives up after a minute. */
  void waitsFor(String query) {
    executeAsSuperuser(
        "do $$ begin for i in 1..600 loop perform pg_stat_clear_snapshot(); if exists ("
            + query
            + ") then return; end if; perform pg_sleep(0.1); end loop;"
            + " raise exception 'waited in vain'; end $$");
  }

  private void execute(String user, String sql) {
    execute(user, "orders", sql);
  }

  private void execute(String user, String name, String sql) {
    LocalCluster.kubectl(psql(user, name, sql).toArray(String[]::new));
  }

  private List<String> psql(String user, String name, String sql) {
    return List.of(
        "exec",
        "--namespace=" + namespace,
        pod(),
        "--",
        "/usr/lib/postgresql/15/bin/psql",
        "--set=ON_ERROR_STOP=1",
        "--quiet",
        "postgresql://" + user + ":only-for-tests@127.0.0.1/" + name,
        "--command=" + sql);
  }

  /** A session that does nothing until it is closed. */
  static final class Sleeper implements AutoCloseable {

    private final Process process;

    private Sleeper(Process process) {
      this.process = process;
    }

    boolean isAlive() {
      return process.isAlive();
    }

    /** Waits until somebody else has ended it. */
    void isEnded() {
      try {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the session is ended").isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  /** A role has a session that does nothing. */
  Sleeper sleepsAs(String user) {
    Sleeper sleeper =
        new Sleeper(LocalCluster.kubectlAside(psql(user, "orders", "select pg_sleep(600)")));
    waitsFor("select from pg_stat_activity where query like 'select pg_sleep(600)'");
    return sleeper;
  }

  /** Whoever would connect is refused from now on, and who is connected is thrown out. */
  void locksOut() {
    execute("postgres", "alter role orders nologin");
    execute(
        "postgres",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'orders'");
  }

  /** They are let in again. */
  void letsIn() {
    execute("postgres", "alter role orders login");
  }

  private String pod() {
    return LocalCluster.CLIENT
        .pods()
        .inNamespace(namespace)
        .withLabel("app", NAME)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .map(Pod::getMetadata)
        .findFirst()
        .orElseThrow()
        .getName();
  }

  private void isReady() {
    Eventually.until(
        LocalCluster.CLIENT.apps().deployments().inNamespace(namespace).withName(NAME),
        "the database to be ready",
        deployment ->
            deployment != null
                && deployment.getStatus() != null
                && deployment
                    .getMetadata()
                    .getGeneration()
                    .equals(deployment.getStatus().getObservedGeneration())
                && Objects.requireNonNullElse(deployment.getStatus().getReadyReplicas(), 0) == 1);
  }
}
