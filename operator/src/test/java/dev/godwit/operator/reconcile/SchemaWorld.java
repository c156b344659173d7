package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.HealthPolicy;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalSpec;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaVersion;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.cluster.RejectedException;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.JobEnd;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A namespace with one SchemaMigration, a database that knows what was applied, and an operator
 * that may be killed at any write.
 */
final class SchemaWorld {

  static final String NAME = "orders-db";
  private static final String NAMESPACE = "shop";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final KubernetesSerialization API = new KubernetesSerialization();
  private static final int MOST_TICKS = 400;

  /** After so many reconciliations without a write nothing happens any more by itself. */
  private static final int QUIET = 20;

  /** The operator's process ends. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  final List<String> writes = new ArrayList<>();
  final List<String> applied = new ArrayList<>();
  final List<String> told = new ArrayList<>();
  final Set<String> differences = new HashSet<>();

  /** Versions whose text fails: {@code 2/UP}, {@code 2/DOWN}. */
  final Set<String> failing = new HashSet<>();

  /** Versions of which the Job fails though the text was committed. */
  final Set<String> lost = new HashSet<>();

  /** What fails the comparison after the way back. */
  Optional<String> comparisonFails = Optional.empty();

  /** The versions that the database had when it was dumped. */
  final List<List<String>> dumps = new ArrayList<>();

  /** The Job of a backup fails. */
  boolean backupFails;

  /** The Job of a backup never ends. */
  boolean backupHangs;

  /** What the Job of a backup writes. */
  String dumpReport = "{\"outcome\":\"dumped\",\"file\":\"x\",\"bytes\":4096,\"entries\":12}";

  /** There is a claim for the dumps. */
  boolean hasClaim = true;

  /** Jobs never end. */
  boolean jobsHang;

  /** What the API server says to new Jobs. */
  Optional<String> jobsAreRefused = Optional.empty();

  final List<MigrationApproval> approvals = new ArrayList<>();

  /** How many statements of the plan are destructive. */
  int destructive;

  /** The resource that the operator has no right to. */
  String mayNot = "nothing of that kind";

  /** What Prometheus answers. */
  Function<MetricRequest, Measured> prometheus =
      request -> new Measured.Value(1, OptionalDouble.of(1000));

  final Map<String, HealthPolicy> policies = new TreeMap<>();

  /** What is wrong with the answers of pods to a question that has this id. */
  Function<String, Optional<String>> answers = id -> Optional.empty();

  /** How long answers take, in seconds. */
  double seconds = 0.01;

  /** No probe is answered at all. */
  boolean silent;

  /** How many of the two pods of Deployment orders are ready. */
  int ready = 2;

  /** When those pods were initialized. */
  Instant initializedAt = Instant.parse("2025-12-31T00:00:00Z");

  /** Since when the others are not. */
  Instant lostAt = Instant.parse("2026-01-01T00:00:00Z");

  /** The Deployment is there. */
  boolean hasWorkload = true;

  /** Ids of the probes and checks that were asked, in order. */
  final List<String> asked = new ArrayList<>();

  private final Map<String, ProbeRequest> probing = new TreeMap<>();
  private final Map<String, ProbeState> probed = new TreeMap<>();
  private final Map<String, CheckResult> checked = new TreeMap<>();
  private final Map<String, MetricRequest> wanted = new TreeMap<>();
  private final Map<String, MetricState> measured = new TreeMap<>();

  Optional<String> planFails = Optional.empty();
  final List<SchemaMigration> others = new ArrayList<>();

  /** The Migration that the marks name; {@link #want} makes it one that is where it says so. */
  Optional<Migration> holder = Optional.empty();

  /** The namespace is on its way out. */
  boolean namespaceEnds;

  Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<String, ConfigMap> configMaps = new TreeMap<>();
  private final Map<String, Job> jobs = new TreeMap<>();
  private final Map<String, JobEnd> ends = new TreeMap<>();
  private SchemaMigration stored;
  private SchemaEngine engine = engine();
  private int killAt = Integer.MAX_VALUE;
  private long version = 1;

  SchemaWorld(SchemaMigration migration) {
    migration.getMetadata().setName(NAME);
    migration.getMetadata().setNamespace(NAMESPACE);
    migration.getMetadata().setUid("uid-1");
    migration.getMetadata().setGeneration(1L);
    migration.getMetadata().setFinalizers(new ArrayList<>());
    this.stored = next(migration);
  }

  /** Ends the operator's process once, at so many writes from now: the write is made. */
  SchemaWorld killedAt(int write) {
    killAt = writes.size() + write;
    return this;
  }

  SchemaMigrationStatus status() {
    return stored.getStatus();
  }

  String condition(String type) {
    return of(type, Condition::getStatus);
  }

  String message(String type) {
    return of(type, Condition::getMessage);
  }

  private String of(String type, Function<Condition, String> field) {
    return status().conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .map(field)
        .orElse("");
  }

  boolean isKept() {
    return !stored.getMetadata().getFinalizers().isEmpty();
  }

  Set<String> configMaps() {
    return configMaps.keySet();
  }

  List<String> jobs() {
    return List.copyOf(jobs.keySet());
  }

  void put(ConfigMap map) {
    configMaps.put(map.getMetadata().getName(), map);
  }

  void removeConfigMaps() {
    configMaps.clear();
  }

  void removeJob(String name) {
    jobs.remove(name);
    ends.remove(name);
  }

  /** The operator's process ends, and another begins, which has measured nothing. */
  void restart() {
    measured.clear();
    engine = engine();
  }

  boolean isAt(String step, StepState state) {
    return stored.getStatus() != null
        && Stream.ofNullable(status().steps())
            .flatMap(List::stream)
            .anyMatch(one -> one.name().equals(step) && one.state() == state);
  }

  /** A person changes something. */
  void edit(Consumer<SchemaMigration> change) {
    SchemaMigration edited = API.clone(stored);
    change.accept(edited);
    edited.getMetadata().setGeneration(stored.getMetadata().getGeneration() + 1);
    stored = next(edited);
  }

  /** A Migration holds it and wants this of it, or lets it go. */
  void want(Optional<Wanted> wanted) {
    wanted.ifPresent(
        one ->
            holder =
                Optional.of(
                    holder(
                        switch (one) {
                          case RUN -> "Running";
                          case KEEP -> "Done";
                          case TAKE_BACK -> "Undoing";
                        })));
    SchemaMigration edited = API.clone(stored);
    edited
        .getMetadata()
        .setLabels(wanted.isPresent() ? Map.of(Marks.MIGRATION, "shop-2-0") : Map.of());
    edited
        .getMetadata()
        .setAnnotations(wanted.map(one -> Map.of(Marks.WANTED, one.word())).orElse(Map.of()));
    stored = next(edited);
  }

  /** A Migration with a step of this SchemaMigration in this state. */
  static Migration holder(String state) {
    Migration holder = new Migration();
    holder.setStatus(
        API.unmarshal(
            "---\n{steps: [{name: other, state: Running}, {name: schema-orders-db, state: %s}]}"
                .formatted(state),
            MigrationStatus.class));
    return holder;
  }

  void delete() {
    SchemaMigration edited = API.clone(stored);
    edited.getMetadata().setDeletionTimestamp(now.toString());
    stored = next(edited);
  }

  private SchemaMigration next(SchemaMigration changed) {
    changed.getMetadata().setResourceVersion(Long.toString(version++));
    return changed;
  }

  /** Lets the operator and the Jobs work until nothing happens any more by itself. */
  void settle() {
    int quiet = 0;
    for (int ticks = 0; quiet < QUIET && ticks < MOST_TICKS; ticks++) {
      int before = writes.size();
      Optional<Instant> recheck = tick();
      boolean ran = runJobs();
      if (writes.size() > before || ran) {
        quiet = 0;
        now = now.plusMillis(100);
      } else if (recheck.isPresent()) {
        quiet++;
        now = recheck.get();
      } else if (wanted.keySet().stream().allMatch(this::isMeasured)
          && (silent || probed.keySet().containsAll(probing.keySet()))
          && checked.isEmpty()) {
        return;
      }
      // Else the first measurement or answer wakes the operator.
    }
    assertThat(quiet)
        .as("no end: %s", writes.subList(Math.max(0, writes.size() - 20), writes.size()))
        .isEqualTo(QUIET);
  }

  private boolean isMeasured(String metric) {
    return !measured.getOrDefault(metric, MetricState.NONE).equals(MetricState.NONE);
  }

  /** One reconciliation, and what it lets Jobs do. */
  void settleOnce() {
    tick();
    runJobs();
    now = now.plusMillis(100);
  }

  /** One reconciliation; when to come again. */
  Optional<Instant> tick() {
    try {
      return engine.tick(API.clone(stored), now).recheck();
    } catch (Killed e) {
      engine = engine();
      return Optional.of(now);
    }
  }

  /** Measures what is wanted, in every reconciliation. */
  private final class Measuring implements Metrics {

    @Override
    public void want(HasMetadata migration, List<MetricRequest> requests) {
      wanted.clear();
      requests.forEach(request -> wanted.put(request.id(), request));
      measured.keySet().retainAll(wanted.keySet());
    }

    @Override
    public Optional<String> refusal(String url) {
      return url.contains("prometheus") ? Optional.empty() : Optional.of(url + " is not allowed");
    }

    @Override
    public Map<String, MetricState> states(HasMetadata migration) {
      wanted.forEach(
          (id, request) ->
              measured.merge(
                  id,
                  MetricState.NONE,
                  (before, none) -> prometheus.apply(request).after(before, request, now)));
      return Map.copyOf(measured);
    }
  }

  /** Asks what is wanted, in every reconciliation. */
  private final class Asking implements Probes, Checks {

    @Override
    public void want(HasMetadata migration, List<ProbeRequest> requests) {
      probing.clear();
      requests.forEach(request -> probing.put(request.id(), request));
      probed.keySet().retainAll(probing.keySet());
    }

    @Override
    public Map<String, ProbeState> states(HasMetadata migration) {
      if (!probing.isEmpty()) {
        mayBeAsked();
      }
      if (!silent) {
        probing.forEach((id, request) -> probed.put(id, round(request)));
      }
      return Map.copyOf(probed);
    }

    private ProbeState round(ProbeRequest request) {
      ProbeState before =
          probed.getOrDefault(
              request.id(), new ProbeState(0, "", dev.godwit.operator.plan.Answers.NONE));
      int pods = request.addresses().size();
      Optional<String> wrong = pods == 0 ? request.nobody() : SchemaWorld.this.ask(request.id());
      return new ProbeState(
          wrong.isPresent() ? before.failures() + 1 : 0,
          wrong.orElse(""),
          new dev.godwit.operator.plan.Answers(
              before.answers().asked() + pods,
              before.answers().failed() + (wrong.isPresent() ? pods : 0),
              OptionalDouble.of(seconds)));
    }

    @Override
    public void run(HasMetadata migration, CheckRequest request) {
      Optional<String> wrong = SchemaWorld.this.ask(request.id());
      checked.put(request.id(), new CheckResult(wrong.isEmpty(), wrong.orElse("")));
    }

    @Override
    public Map<String, CheckResult> results(HasMetadata migration) {
      return Map.copyOf(checked);
    }

    @Override
    public void forget(HasMetadata migration) {
      checked.clear();
    }
  }

  private Optional<String> ask(String id) {
    asked.add(id);
    return answers.apply(id);
  }

  /** Nobody is asked whose answer decides nothing. */
  private void mayBeAsked() {
    assertThat(status().direction()).isNotEqualTo(Direction.BACKWARD);
    assertThat(status().failure()).isNull();
    assertThat(status().completionTime()).isNull();
    assertThat(isAt("stand-by", StepState.RUNNING)).isFalse();
  }

  private SchemaEngine engine() {
    probing.clear();
    probed.clear();
    checked.clear();
    Asking asking = new Asking();
    return new SchemaEngine(
        cluster(),
        asking,
        asking,
        new Measuring(),
        Optional.of(new RunnerImage("runner:1", Optional.empty())),
        new SchemaListener() {
          @Override
          public void leftAsIs(SchemaMigration migration, String why) {
            told.add("left as is: " + why);
          }
        });
  }

  private Cluster cluster() {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "may" ->
                      (namespaceEnds || !arguments[0].toString().contains("namespaces"))
                          && !arguments[0].toString().contains(mayNot);
                  case "list" -> others;
                  case "jobs" -> List.copyOf(jobs.values());
                  case "jobEnd" -> Optional.ofNullable(ends.get((String) arguments[1]));
                  case "logTail" -> "the end of the log";
                  case "pods" -> pods();
                  case "forget" -> null;
                  case "approvals" -> Optional.of(List.copyOf(approvals));
                  case "get" -> get((Class<?>) arguments[0], (String) arguments[2]);
                  case "sideBySide" -> {
                    ((List<?>) arguments[0]).forEach(task -> ((Runnable) task).run());
                    yield null;
                  }
                  case "create" -> create((HasMetadata) arguments[0]);
                  case "delete" -> delete((HasMetadata) arguments[0]);
                  case "recordStatus" ->
                      arguments[0] instanceof MigrationApproval answer
                          ? tell(answer, (MigrationApprovalStatus) arguments[1])
                          : record(
                              (SchemaMigration) arguments[0], (SchemaMigrationStatus) arguments[1]);
                  case "setFinalizer" ->
                      finalizer((SchemaMigration) arguments[0], (boolean) arguments[1]);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private Optional<?> get(Class<?> kind, String name) {
    if (kind == Migration.class) {
      return holder;
    }
    if (kind == Namespace.class) {
      return Optional.of(
          new NamespaceBuilder()
              .withNewMetadata()
              .withDeletionTimestamp(now.toString())
              .endMetadata()
              .build());
    }
    if (kind == HealthPolicy.class) {
      return Optional.ofNullable(policies.get(name));
    }
    if (kind == PersistentVolumeClaim.class) {
      return hasClaim ? Optional.of(new PersistentVolumeClaim()) : Optional.empty();
    }
    if (kind == Deployment.class) {
      return hasWorkload ? Optional.of(workload(name)) : Optional.empty();
    }
    return kind == ConfigMap.class
        ? Optional.ofNullable(configMaps.get(name))
        : Optional.of(API.clone(stored));
  }

  private static Deployment workload(String name) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(2)
        .withNewSelector()
        .addToMatchLabels("app", name)
        .endSelector()
        .endSpec()
        .build();
  }

  private List<Pod> pods() {
    return IntStream.of(1, 2)
        .mapToObj(
            pod ->
                new PodBuilder()
                    .withNewMetadata()
                    .withName("orders-" + pod)
                    .endMetadata()
                    .withNewStatus()
                    .withPodIP("10.0.0." + pod)
                    .addNewCondition()
                    .withType("Initialized")
                    .withStatus("True")
                    .withLastTransitionTime(initializedAt.toString())
                    .endCondition()
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus(pod <= ready ? "True" : "False")
                    .withLastTransitionTime(lostAt.toString())
                    .endCondition()
                    .endStatus()
                    .build())
        .toList();
  }

  private <T> T wrote(String what, T answer) {
    writes.add(what);
    if (writes.size() == killAt) {
      throw new Killed();
    }
    return answer;
  }

  private HasMetadata create(HasMetadata object) {
    String name = object.getMetadata().getName();
    if (object instanceof Job job) {
      if (jobsAreRefused.isPresent()) {
        throw new RejectedException(jobsAreRefused.get(), null);
      }
      job.getMetadata().setCreationTimestamp(now.toString());
      if (jobs.putIfAbsent(name, job) != null) {
        throw new ConflictException("Job " + name + " is there", null);
      }
    } else {
      configMaps.put(name, (ConfigMap) object);
    }
    return wrote("create " + object.getKind() + " " + name, object);
  }

  private Object delete(HasMetadata object) {
    String name = object.getMetadata().getName();
    jobs.remove(name);
    ends.remove(name);
    configMaps.remove(name);
    return wrote("delete " + object.getKind() + " " + name, null);
  }

  private SchemaMigration record(SchemaMigration seen, SchemaMigrationStatus status) {
    isCurrent(seen);
    SchemaMigration changed = API.clone(stored);
    changed.setStatus(API.clone(status));
    stored = next(changed);
    return wrote("record " + status.phase() + ": " + status.message(), API.clone(stored));
  }

  private MigrationApproval tell(MigrationApproval answer, MigrationApprovalStatus status) {
    MigrationApproval present = answer(answer.getMetadata().getName());
    MigrationApproval told = API.clone(present);
    told.setStatus(API.clone(status));
    approvals.set(approvals.indexOf(present), told);
    return wrote("answer " + status.state() + ": " + status.message(), told);
  }

  private MigrationApproval answer(String name) {
    return approvals.stream()
        .filter(one -> one.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** A person's answer to the gate {@code go}, to the plan that is known now. */
  void answers(String name, ApprovalDecision decision) {
    MigrationApproval answer = new MigrationApproval();
    answer.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withUid("uid-of-" + name)
            .withGeneration(1L)
            .withCreationTimestamp(now.toString())
            .build());
    answer.setSpec(
        new MigrationApprovalSpec(
            MigrationKind.SCHEMA_MIGRATION,
            NAME,
            "go",
            decision,
            null,
            status().planHash(),
            "alice"));
    approvals.add(answer);
  }

  /** What became of an answer. */
  MigrationApprovalStatus told(String name) {
    return answer(name).getStatus();
  }

  private SchemaMigration finalizer(SchemaMigration seen, boolean wanted) {
    isCurrent(seen);
    SchemaMigration changed = API.clone(stored);
    changed
        .getMetadata()
        .setFinalizers(new ArrayList<>(wanted ? List.of(Cluster.FINALIZER) : List.of()));
    stored = next(changed);
    return wrote("finalizer " + wanted, API.clone(stored));
  }

  private void isCurrent(SchemaMigration seen) {
    if (!seen.getMetadata()
        .getResourceVersion()
        .equals(stored.getMetadata().getResourceVersion())) {
      throw new ConflictException("changed since", null);
    }
  }

  /** Runs the Jobs that have not ended; whether there were any. */
  private boolean runJobs() {
    boolean any = false;
    for (String name : List.copyOf(jobs.keySet())) {
      boolean hangs = jobsHang || (backupHangs && isBackup(jobs.get(name)));
      if (!ends.containsKey(name) && !hangs) {
        any = true;
        JobEnd end = end(jobs.get(name));
        ends.put(name, end);
        jobs.put(
            name,
            new JobBuilder(jobs.get(name))
                .withNewStatus()
                .addNewCondition()
                .withType(end.exitCode() == 0 ? "Complete" : "Failed")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
      }
    }
    return any;
  }

  private static boolean isBackup(Job job) {
    PodSpec pod = job.getSpec().getTemplate().getSpec();
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .anyMatch(container -> container.getName().equals("backup"));
  }

  private JobEnd end(Job job) {
    if (!isBackup(job)) {
      SchemaReport report = run(job);
      return new JobEnd(report.exitCode(), json(report));
    }
    if (backupFails) {
      return new JobEnd(1, "");
    }
    dumps.add(List.copyOf(applied));
    return new JobEnd(0, dumpReport);
  }

  private static String json(Object report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SchemaReport run(Job job) {
    try {
      String text =
          job.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
              .filter(variable -> variable.getName().equals("GODWIT_SCHEMA"))
              .findFirst()
              .orElseThrow()
              .getValue();
      SchemaOrder order = JSON.readValue(text.replace("$$", "$"), SchemaOrder.class);
      if (!order.problems().isEmpty()) {
        throw new AssertionError(order.problems());
      }
      if (names(job).isEmpty()) {
        return new SchemaReport.Failed(
            SchemaReport.Cause.BAD_ORDER, null, null, "no SQL is there", null, null, List.of());
      }
      return switch (order.action()) {
        case PLAN -> plan(order, names(job));
        case UP, DOWN -> move(order);
        case COMPARE ->
            comparisonFails
                .<SchemaReport>map(
                    why ->
                        new SchemaReport.Failed(
                            SchemaReport.Cause.NO_ANSWER, null, null, why, null, null, List.of()))
                .orElseGet(() -> new SchemaReport.Compared(List.copyOf(differences), 0));
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The versions in the catalogue that is mounted; none where there is none. */
  private List<String> names(Job job) throws IOException {
    for (VolumeProjection source :
        job.getSpec().getTemplate().getSpec().getVolumes().getLast().getProjected().getSources()) {
      ConfigMap mounted = configMaps.get(source.getConfigMap().getName());
      String text = mounted == null ? null : mounted.getData().get(SchemaFiles.CATALOGUE);
      if (text != null) {
        return List.of(JSON.readValue(text, SchemaVersion[].class)).stream()
            .map(SchemaVersion::version)
            .toList();
      }
    }
    return List.of();
  }

  private SchemaReport plan(SchemaOrder order, List<String> names) {
    if (planFails.isPresent()) {
      return new SchemaReport.Failed(
          SchemaReport.Cause.HISTORY, null, null, planFails.get(), null, null, List.of());
    }
    String current = applied.isEmpty() ? "" : applied.getLast();
    int way = names.indexOf(order.to()) - names.indexOf(current);
    return new SchemaReport.Planned(
        "18.1",
        current,
        way >= 0 ? SchemaReport.Direction.UP : SchemaReport.Direction.DOWN,
        Math.abs(way),
        destructive,
        List.of(),
        0);
  }

  private SchemaReport move(SchemaOrder order) {
    List<SchemaReport.Result> results = new ArrayList<>();
    for (String one : order.versions()) {
      boolean up = order.action() == SchemaOrder.Action.UP;
      boolean already = applied.contains(one) == up;
      if (!already && failing.contains(one + "/" + order.action())) {
        return new SchemaReport.Failed(
            SchemaReport.Cause.SQL,
            one,
            up ? SchemaFiles.Text.UP : SchemaFiles.Text.DOWN,
            "syntax error in " + one,
            "42601",
            applied.isEmpty() ? "" : applied.getLast(),
            results);
      }
      if (!already && up) {
        applied.add(one);
      } else if (!already) {
        if (!applied.getLast().equals(one)) {
          throw new AssertionError("takes back " + one + " of " + applied);
        }
        applied.removeLast();
      }
      if (!already && lost.remove(one)) {
        return new SchemaReport.Failed(
            SchemaReport.Cause.NO_ANSWER,
            one,
            null,
            "the connection is lost",
            "08006",
            null,
            results);
      }
      results.add(new SchemaReport.Result(already, 5, 7, 1));
    }
    return new SchemaReport.Moved(applied.isEmpty() ? "" : applied.getLast(), results);
  }
}
