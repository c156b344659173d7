package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.operator.cluster.RejectedException;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.reconcile.MigrationListener;
import dev.godwit.operator.resource.FieldManagers;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.simulation.ApiServer.Write;
import dev.godwit.operator.simulation.Scenario.Faults;
import dev.godwit.operator.simulation.Scene.Where;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One scenario, from the users' objects to the end of the migration, with everybody acting in
 * random order. The same seed gives the same run.
 */
final class Simulation {

  /** More reconciliations than any migration needs. */
  private static final int MOST_TICKS = 3000;

  private static final int MOST_ROUNDS = 12_000;

  /** Where metrics are measured every few seconds there are more moments to look again. */
  private static final int MEASURED = 4;

  /** The pods of a StatefulSet start one after the other. */
  private static final int ROUNDS_OF_SETS = 20;

  static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private final Scenario scenario;
  private final World world;
  private final Scene scene;
  private final Random order;
  private final Kubelet kubelet;
  private final Watch<Pod> pods;
  private final DeploymentController deployments;
  private final StatefulSetController sets;
  private final EndpointSliceController slices;
  private final FakeRunner runner;
  private final JobController jobs;
  private final AutoscalerController autoscalers;
  private final SchemaController schemas;
  private final Outsiders outsiders;
  private final FakePrometheus prometheus;
  private final Random blips;
  private final Approver approver;
  private final GateRules gateRules;
  private final WriteRules writeRules;
  private final InPlaceRules inPlaceRules;
  private final SchemaRules schemaRules;
  private final MomentRules momentRules;
  private final Strikes strikes = new Strikes();

  private OperatorProcess operator;
  private int ticks;
  private int operatorWrites;
  private int statusWrites;
  private int refused;
  private boolean calm;
  private boolean inInterlude;
  private int crashAt = -1;
  private final Deque<Predicate<HasMetadata>> crashesAfter = new ArrayDeque<>();
  private int points;

  Simulation(Scenario scenario, Random random) {
    this.scenario = scenario;
    this.order = random;
    this.world = new World(random);
    this.scene = new Scene(world, scenario);
    this.kubelet = new Kubelet(world);
    this.pods = new Watch<>(world, Pod.class);
    this.deployments = new DeploymentController(world, pods);
    this.sets = new StatefulSetController(world, pods);
    this.slices = new EndpointSliceController(world, pods);
    this.runner =
        new FakeRunner(new Random(~scenario.name().hashCode() * GOLDEN_RATIO), scenario.truth());
    FakeDatabase database = new FakeDatabase(new Random(scenario.name().hashCode() ^ GOLDEN_RATIO));
    this.jobs = new JobController(world, this::passes, runner, database);
    this.autoscalers = new AutoscalerController(world, this::load);
    this.schemaRules = new SchemaRules(world, scene);
    this.schemas =
        new SchemaController(
            world,
            new Random((scenario.name().hashCode() + 1) * GOLDEN_RATIO),
            scenario.fates(),
            schemaRules);
    this.schemaRules.watch(schemas);
    this.outsiders = new Outsiders(world, scene, deployments, schemas);
    this.prometheus =
        new FakePrometheus(
            world,
            outsiders.failingProbes,
            new Random(scenario.name().hashCode() * GOLDEN_RATIO),
            runner,
            scenario.faults().equals(Scenario.Faults.NONE));
    this.blips = new Random(~(scenario.name().hashCode() ^ GOLDEN_RATIO));
    this.approver = new Approver(world, scene);
    this.gateRules = new GateRules(world, scene);
    AvailabilityRules availability = new AvailabilityRules(world, scene);
    this.inPlaceRules = new InPlaceRules(world, scene, availability, new Known());
    this.writeRules = new WriteRules(world, scene, inPlaceRules, schemaRules, new Known());
    this.momentRules = new MomentRules(world, scene, availability, writeRules.lastTraffic);
  }

  /** The run of a seed. */
  static Simulation of(long seed) {
    // The first numbers of neighbouring seeds are almost the same: what is chosen first would be
    // the
    // same in thousands of runs.
    Random random = new Random(seed * GOLDEN_RATIO);
    return new Simulation(ScenarioGenerator.generate(seed, random), random);
  }

  /** Ends the operator's process once, at that point of its writes: before or after one. */
  Simulation crashingAt(int point) {
    crashAt = point;
    return this;
  }

  /**
   * Ends the operator's process once more, right after the first write for which this holds that
   * comes after the crash asked for before.
   */
  Simulation crashingAfter(Predicate<HasMetadata> condition) {
    crashesAfter.add(condition);
    return this;
  }

  String name() {
    return scenario.name();
  }

  World world() {
    return world;
  }

  Scene scene() {
    return scene;
  }

  int ticks() {
    return ticks;
  }

  /** How many points there were at which the operator could have crashed. */
  int points() {
    return points;
  }

  /** What was there and what happened. */
  String story() {
    return "%s%n%s%nfailing: %s, disturbances: %s, %s%n%s"
        .formatted(
            scenario.name(),
            scenario.spec(),
            scenario.failing(),
            scenario.disturbances(),
            scenario.faults(),
            String.join("\n", world.log()));
  }

  /** At which steps something went wrong. */
  Strikes strikes() {
    return strikes;
  }

  /** Whether SchemaMigrations are stages of it. */
  boolean isStaged() {
    return hasSchemas();
  }

  /** The versions that a database has of those that a SchemaMigration brings. */
  List<String> database(String schema) {
    return schemas.database(schema);
  }

  /** How often the present operator has read what it does not watch yet. */
  int reads() {
    return operator.cluster.reads();
  }

  /** How it ended, in words. */
  String end() {
    if (!scene.isMigrationThere()) {
      return "deleted";
    }
    if (!scene.isComplete()) {
      return "not started";
    }
    return scene.isBackward() ? "rolled back" : "succeeded";
  }

  /** Runs to the end; a rule that is broken is an AssertionError. */
  void run() {
    scene.open();
    settle();
    world.beginTelling();
    scene.ask();
    world.listen(this::heedWrite);
    start();
    int rounds = 0;
    int more = scenario.isMeasured() ? MEASURED : 1;
    while (!isOver()) {
      round();
      if (++rounds > MOST_ROUNDS * more || ticks > MOST_TICKS * more) {
        throw new AssertionError("no end after %d ticks and %d rounds".formatted(ticks, rounds));
      }
    }
    afterwards();
  }

  /** Lets the controllers do their work before the migration begins. */
  private void settle() {
    int rounds = scene.hasSets() ? ROUNDS_OF_SETS : 8;
    for (int i = 0; i < rounds; i++) {
      controllers(1);
      world.pass(Duration.ofSeconds(4));
    }
  }

  private void start() {
    FakeChecks checks = new FakeChecks(world, this::passes);
    FakeProbes probes = new FakeProbes(world, outsiders.failingProbes, blips);
    FakeMetrics metrics = new FakeMetrics(world, prometheus::answer);
    operator =
        new OperatorProcess(
            world, scene.key(), checks, probes, metrics, new Storm(), runner, new Unhurried());
  }

  private boolean isOver() {
    boolean blocked =
        !scene.hasStarted() && Duration.between(World.BEGIN, world.now()).toMinutes() > 20;
    return !scene.isMigrationThere() || scene.isComplete() || blocked;
  }

  private void round() {
    long before = world.writes();
    List<Runnable> moves =
        new ArrayList<>(
            List.of(
                () -> kubelet.act(0.6),
                () -> pods.hear(0.6),
                () -> workloads(0.6),
                () -> slices.act(0.6),
                () -> jobs.act(0.6),
                () -> autoscalers.act(0.2),
                this::people,
                () -> operator.hear(scenario.faults().deafness()),
                this::operate));
    if (hasSchemas()) {
      moves.add(() -> schemas.act(0.6));
    }
    Collections.shuffle(moves, order);
    for (Runnable move : moves) {
      move.run();
      checkMoment();
    }
    boolean quiet = world.writes() == before && !operator.isDue();
    if (quiet) {
      controllers(1);
      people();
      operator.hearAll();
      checkMoment();
      if (world.writes() == before && !operator.isDue()) {
        resync();
        world.passToNext();
        return;
      }
    }
    world.pass(Duration.ofMillis(order.nextInt(1500)));
  }

  private void people() {
    outsiders.act();
    approver.act();
  }

  private void controllers(double probability) {
    kubelet.act(probability);
    pods.hear(probability);
    workloads(probability);
    slices.act(probability);
    jobs.act(probability);
    autoscalers.act(probability);
    schemas.act(probability);
  }

  private boolean hasSchemas() {
    return !scenario.schemas().isEmpty();
  }

  private void checkMoment() {
    momentRules.check();
    schemaRules.moment();
  }

  private void workloads(double probability) {
    deployments.act(probability);
    sets.act(probability);
  }

  private void operate() {
    if (!operator.isDue()) {
      return;
    }
    tick();
  }

  private void tick() {
    ticks++;
    scene.unheard = false;
    int status = statusWrites;
    int refusals = refused;
    try {
      operator.tick();
    } catch (Crash crash) {
      strikes.heedCrash(scene.steps());
      world.say("!! the operator crashes " + crash.getMessage());
      start();
    }
    int decisions = 1 + (refused > refusals ? 1 : 0);
    if (statusWrites - status > decisions) {
      throw new AssertionError((statusWrites - status) + " writes of the status for one decision");
    }
  }

  /**
   * A reconciliation for no reason; when everything was heard and acted upon, it writes nothing.
   */
  private void resync() {
    if (!operator.isUpToDate() || scene.unheard) {
      tick();
      return;
    }
    if (!order.nextBoolean()) {
      return;
    }
    int before = operatorWrites;
    calm = true;
    ticks++;
    operator.tick();
    calm = false;
    if (operatorWrites != before) {
      throw new AssertionError("the operator writes though nothing had changed");
    }
  }

  /** Once a migration has ended, the operator writes nothing any more. */
  private void afterwards() {
    calm = true;
    for (int i = 0; i < 12; i++) {
      controllers(1);
      operator.hear(0);
      if (operator.isDue() && i < 6) {
        operator.tick();
      }
      checkMoment();
      world.pass(Duration.ofSeconds(i < 6 ? 3 : 20));
    }
    int before = operatorWrites;
    for (int i = 0; i < 3; i++) {
      operator.tick();
      world.pass(Duration.ofMinutes(1));
    }
    if (operatorWrites != before && scene.isComplete()) {
      throw new AssertionError("the operator writes though the migration has ended");
    }
    if (scene.isComplete() && !operator.asksNothing()) {
      throw new AssertionError("the operator probes though the migration has ended");
    }
    new EndRules(world, scene, inPlaceRules).check();
    schemaRules.end();
  }

  private void heedWrite(Write write) {
    boolean own = write.actor().equals(FieldManagers.GODWIT);
    if (own) {
      operatorWrites++;
      if (write.before() instanceof Migration before && write.after() instanceof Migration after) {
        strikes.heed(before, after);
      }
      boolean status =
          write.before() instanceof Migration before
              && write.after() instanceof Migration after
              && before.getMetadata().getFinalizers().equals(after.getMetadata().getFinalizers());
      statusWrites += status ? 1 : 0;
      world.say("godwit " + Telling.of(write));
      if (operator.isUnhurried() && !status) {
        throw new AssertionError("acts upon what could wait by its own word");
      }
    }
    if (!own && operator != null && !Caches.isWatched(write.object())) {
      operator.canSeeMore();
    }
    gateRules.check(write);
    if (own) {
      gateRules.checkMove(write);
    }
    writeRules.check(write, momentRules::reachesOnly);
    if (own) {
      checkMoment();
    }
  }

  private boolean passes(CheckRequest request) {
    // SERVICE/VERB/CHECK#ATTEMPT, or preflight/SERVICE/PROBE/QUESTION
    String[] parts = request.id().split("[/#]", -1);
    String member = parts[0] + parts[1].substring(Math.max(0, parts[1].lastIndexOf('-')));
    return parts[0].equals("preflight")
        || Stream.of(parts[0], member)
            .noneMatch(subject -> scene.failing.contains(subject + "/" + parts[2]));
  }

  private boolean passes(Job job) {
    String service = job.getMetadata().getAnnotations().get(Marks.SERVICE);
    Optional<String> member = InPlaceRules.memberOf(job);
    return scene.failing.stream()
        .map(check -> check.split("/", 2))
        .noneMatch(
            check ->
                (check[0].equals(service) || member.filter(check[0]::equals).isPresent())
                    && job.getMetadata().getName().contains("-" + check[1] + "-"));
  }

  /** The side that serves has the load of the service; it varies where the scenario says so. */
  private int load(String deployment) {
    for (String service : scene.services()) {
      boolean blue = deployment.equals(scene.blueName(service));
      if (blue || deployment.equals(scene.greenName(service))) {
        Where side = blue ? Where.BLUE : Where.GREEN;
        Optional<Where> serving =
            scene.traffic(service).stream()
                .flatMap(name -> scene.service(name).stream())
                .map(one -> scene.where(service, one.getSpec().getSelector()))
                .findFirst();
        boolean serves = serving.orElse(Where.BLUE) == side;
        int more = scenario.loadVaries() ? (int) (world.now().getEpochSecond() / 40 % 4) - 1 : 0;
        return serves ? scene.replicas(service) + more : 0;
      }
    }
    return 0;
  }

  /** What could wait leads to messages only: who waits for more would wait a second too long. */
  private final class Unhurried implements MigrationListener {

    @Override
    public void recorded(Migration migration, Plan plan, Optional<Journal> before, Journal after) {
      boolean messages = before.filter(one -> after.withMessagesOf(one).equals(one)).isPresent();
      if (operator != null && operator.isUnhurried() && !messages) {
        throw new AssertionError("decides upon what could wait by its own word");
      }
    }
  }

  /** What the present operator has heard. */
  private final class Known implements WriteRules.Knowledge {

    @Override
    public Optional<Deployment> deployment(String name) {
      return operator.cluster.get(Deployment.class, World.NAMESPACE, name);
    }

    @Override
    public FakeRunner.Truth load(String service) {
      return runner.latest(service);
    }

    @Override
    public boolean wasIll(String service) {
      return outsiders.wereFailing.contains(service);
    }

    @Override
    public Optional<Measured> measured(String metric) {
      return operator.lastAnswer(metric);
    }

    @Override
    public Optional<ProbeState> probed(String probe) {
      return operator.lastRound(probe);
    }

    @Override
    public List<Pod> pods() {
      return operator.caches.heard(Pod.class, World.NAMESPACE).toList();
    }

    @Override
    public Set<String> endpoints(String service) {
      return operator.cluster.endpointSlices(World.NAMESPACE, service).stream()
          .flatMap(slice -> slice.getEndpoints().stream())
          .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
          .map(endpoint -> endpoint.getTargetRef().getName())
          .collect(Collectors.toSet());
    }
  }

  /** What goes wrong at the operator's writes. */
  private final class Storm implements FakeCluster.Weather {

    @Override
    public Random order() {
      return order;
    }

    @Override
    public void before(String verb, HasMetadata object) {
      point("before", verb, object);
      Faults faults = scenario.faults();
      boolean status = object instanceof Migration || object instanceof MigrationApproval;
      boolean refusable = !status && outsiders.refusals > 0;
      if (refusable && !calm) {
        outsiders.refusals--;
        refused++;
        world.say("!! the API server refuses to " + verb + " " + World.name(object));
        throw new RejectedException(World.name(object) + ": denied by a webhook", null);
      }
      if (!calm && world.chance(faults.error() / 2)) {
        throw new OperatorProcess.Failing("500");
      }
      interlude(faults);
    }

    @Override
    public void after(String verb, HasMetadata object) {
      point("after", verb, object);
      if (!crashesAfter.isEmpty() && crashesAfter.getFirst().test(object)) {
        crashesAfter.removeFirst();
        throw new Crash("after it has done: " + verb + " " + World.name(object));
      }
      Faults faults = scenario.faults();
      if (!calm && world.chance(faults.error() / 2)) {
        world.say("!! a write seems to have failed");
        throw new OperatorProcess.Failing("timeout");
      }
      interlude(faults);
    }

    private void point(String when, String verb, HasMetadata object) {
      boolean now = points++ == crashAt;
      if (now || (!calm && world.chance(scenario.faults().crash() / 2))) {
        throw new Crash(when + " it has done: " + verb + " " + World.name(object));
      }
    }

    private void interlude(Faults faults) {
      if (calm || inInterlude || !world.chance(faults.interlude())) {
        return;
      }
      inInterlude = true;
      List<Runnable> others =
          new ArrayList<>(
              Arrays.asList(
                  () -> kubelet.act(0.5),
                  () -> pods.hear(0.5),
                  () -> workloads(0.5),
                  () -> slices.act(0.5),
                  () -> autoscalers.act(0.3),
                  outsiders::act));
      if (hasSchemas()) {
        others.add(() -> schemas.act(0.8));
      }
      world.any(others).run();
      inInterlude = false;
    }
  }
}
