package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.StrategySettings;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.metric.PerformanceSettings;
import dev.godwit.operator.metric.ServiceMetric;
import dev.godwit.operator.metric.ServiceProbe;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.Compare;
import dev.godwit.operator.step.DataWatches;
import dev.godwit.operator.step.Delay;
import dev.godwit.operator.step.DeleteBlue;
import dev.godwit.operator.step.Deploy;
import dev.godwit.operator.step.Grow;
import dev.godwit.operator.step.HandOver;
import dev.godwit.operator.step.HoldAutoscaler;
import dev.godwit.operator.step.JobStep;
import dev.godwit.operator.step.Member;
import dev.godwit.operator.step.MemberBackup;
import dev.godwit.operator.step.Release;
import dev.godwit.operator.step.Remove;
import dev.godwit.operator.step.Return;
import dev.godwit.operator.step.Rotate;
import dev.godwit.operator.step.SelectByRotation;
import dev.godwit.operator.step.Snapshot;
import dev.godwit.operator.step.Switch;
import dev.godwit.operator.step.Upgrade;
import dev.godwit.operator.step.UpgradeMember;
import dev.godwit.operator.step.Verbs;
import dev.godwit.operator.step.Verify;
import dev.godwit.operator.step.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Makes the stages in which some services of a migration get new pods beside their old ones. What
 * is done to a service is the same in every strategy; a strategy chooses which services are in a
 * stage, and the order. Stages in which nothing is to be done are left out.
 */
final class Stages {

  private static final String WATCHING = "watching green";

  private final MigrationSpec spec;
  private final StrategySettings settings;
  private final Marks.Maker maker;
  private final String suffix;
  private final List<ServicePlan> services;
  private final List<Stage> stages = new ArrayList<>();

  private Stages(MigrationSpec spec, Marks.Maker maker, String suffix, List<ServicePlan> services) {
    this.spec = spec;
    this.settings = spec.strategy().settings();
    this.maker = maker;
    this.suffix = suffix;
    this.services = services;
  }

  /**
   * Stages of these services.
   *
   * @param suffix what tells the names of these stages from those of other services; empty where
   *     there are no others
   */
  static Stages of(
      MigrationSpec spec, Marks.Maker maker, String suffix, List<ServicePlan> services) {
    return new Stages(spec, maker, suffix, services);
  }

  /** All that were asked for, in order. */
  List<Stage> list() {
    return List.copyOf(stages);
  }

  /**
   * Snapshot, backup, new pods out of rotation, their checks and comparison; autoscalers are held.
   */
  Stages prepare() {
    each("snapshot", "Snapshotting", plan -> new Snapshot(plan, maker, List.of(), List.of()));
    add(Verbs.BACKUP, "BackingUp", backups());
    each("deploy", "Deploying", plan -> new Deploy(plan, maker, deadline(), drain()));
    verify(Verbs.SMOKE_TESTS, "SmokeTesting", settings.smokeTests());
    verify(Verbs.TESTS, "Testing", settings.tests());
    compare();
    add(
        "hold",
        "Switching",
        services.stream()
            .filter(plan -> plan.autoscaler().isPresent())
            .map(HoldAutoscaler::new)
            .toList());
    return this;
  }

  /** One service after the other: two loads at a time would disturb each other. */
  private void compare() {
    List<Compare> steps = compared();
    for (int index = 0; index < steps.size(); index++) {
      add(numbered(Verbs.PERFORMANCE, index), "Comparing", List.of(steps.get(index)));
    }
  }

  private List<Compare> compared() {
    return services.stream()
        .flatMap(plan -> PerformanceSettings.of(spec, plan).stream())
        .map(settings -> new Compare(settings, maker))
        .toList();
  }

  /** What the old version's metrics are is noted, where limits are relative to that. */
  private void measure() {
    add(
        Verbs.BASELINE,
        "Measuring",
        services.stream().flatMap(plan -> Guards.baseline(spec, maker, plan).stream()).toList());
  }

  /** Traffic moves to the new pods: that of a service after what it depends on. */
  Stages move() {
    measure();
    if (services.size() > 1) {
      add(Verbs.GROW, "Switching", List.of(new Grow(Verbs.GROW + suffix, services, deadline())));
    }
    inOrder(
        "switch", "Switching", plan -> new Switch(plan, deadline(), Guards.answers(spec, plan)));
    return this;
  }

  /** The guards watch each of the services. */
  Stages watchEach() {
    Duration length = TimeSpan.parse(settings.monitor());
    if (!length.isZero()) {
      each(
          Verbs.MONITOR,
          "Monitoring",
          plan -> watch(plan.step(Verbs.MONITOR), length, WATCHING, List.of(plan)));
    }
    return this;
  }

  /** The guards watch all of them together. */
  Stages watch() {
    return watch(Verbs.MONITOR, "Monitoring", settings.monitor(), WATCHING);
  }

  /**
   * What is there is recorded of services that are upgraded in place.
   *
   * @param all the services of the migration: some may stand behind the same Service
   */
  Stages prepareInPlace(List<ServicePlan> all) {
    each(
        "snapshot-in-place",
        "Snapshotting",
        plan -> new Snapshot(plan, maker, Dependencies.neighbours(plan, all), memberBackups(plan)));
    return this;
  }

  /**
   * The services are upgraded in place, each member by member and those of several services side by
   * side: out of rotation, backup, upgrade, checks, and back into rotation.
   *
   * @param all the services of the migration: some may stand behind the same Service
   */
  Stages inPlace(List<ServicePlan> all) {
    measure();
    each("rotation-on", "Preparing", plan -> selectByRotation(plan, all, true));
    int most = services.stream().mapToInt(plan -> Member.of(plan).size()).max().orElse(0);
    for (int index = 0; index < most; index++) {
      member(index, all);
    }
    each("rotation-off", "Settling", plan -> selectByRotation(plan, all, false));
    return this;
  }

  private Step selectByRotation(ServicePlan plan, List<ServicePlan> all, boolean on) {
    return new SelectByRotation(
        plan, maker, Dependencies.neighbours(plan, all), on, Guards.answers(spec, plan));
  }

  private Step rotate(
      Member member, List<ServicePlan> all, boolean in, Optional<MemberBackup> backup) {
    List<ServicePlan> neighbours = Dependencies.neighbours(member.plan(), all);
    return new Rotate(member, neighbours, in, backup, deadline());
  }

  private void member(int index, List<ServicePlan> all) {
    String turn = suffix + "." + (index + 1);
    List<Member> members =
        services.stream()
            .map(Member::of)
            .filter(each -> index < each.size())
            .map(each -> each.get(index))
            .toList();
    member(
        Verbs.OUT + turn, "TakingOut", members, one -> rotate(one, all, false, Optional.empty()));
    List<MemberBackup> saved = members.stream().flatMap(member -> backup(member).stream()).toList();
    addStage(Verbs.BACKUP + turn, "BackingUp", saved);
    member(
        Verbs.UPGRADE + turn,
        "Upgrading",
        members,
        one -> new UpgradeMember(one, maker, backup(one), deadline(), drain()));
    addStage(
        Verbs.SMOKE_TESTS + turn,
        "SmokeTesting",
        verified(members, Verbs.SMOKE_TESTS, settings.smokeTests()));
    addStage(Verbs.TESTS + turn, "Testing", verified(members, Verbs.TESTS, settings.tests()));
    member(Verbs.IN + turn, "Returning", members, one -> rotate(one, all, true, backup(one)));
  }

  private void member(
      String name, String phase, List<Member> members, Function<Member, Step> step) {
    addStage(name, phase, members.stream().map(step).toList());
  }

  private Optional<MemberBackup> backup(Member member) {
    return Optional.ofNullable(member.plan().spec().backup())
        .map(backup -> new MemberBackup(member, maker));
  }

  private List<MemberBackup> memberBackups(ServicePlan plan) {
    return plan.inPlace().isEmpty()
        ? List.of()
        : Member.of(plan).stream().flatMap(member -> backup(member).stream()).toList();
  }

  /** Checks whose Jobs may be there until all is over. */
  private List<Verify> checksToTheEnd(ServicePlan plan) {
    if (plan.inPlace().isEmpty()) {
      return Stream.of(
              verified(Verbs.SMOKE_TESTS, settings.smokeTests()),
              verified(Verbs.TESTS, settings.tests()))
          .flatMap(List::stream)
          .filter(step -> step.plan().equals(plan))
          .filter(step -> step.checks().stream().anyMatch(check -> check.sql() != null))
          .toList();
    }
    List<Member> members = Member.of(plan);
    List<Verify> all = new ArrayList<>();
    all.addAll(verified(members, Verbs.SMOKE_TESTS, settings.smokeTests()));
    all.addAll(verified(members, Verbs.TESTS, settings.tests()));
    return all;
  }

  private List<Verify> verified(List<Member> members, String verb, List<Check> checks) {
    return members.stream()
        .map(
            member ->
                new Verify(
                    member.plan(),
                    Optional.of(member),
                    maker,
                    verb,
                    checksOf(member.plan(), checks)))
        .filter(step -> !step.checks().isEmpty())
        .toList();
  }

  private static List<Check> checksOf(ServicePlan plan, List<Check> checks) {
    return checks == null
        ? List.of()
        : checks.stream().filter(check -> Guards.names(check.services(), plan)).toList();
  }

  /** Everything stays as it is for a time. */
  Stages pause(String length) {
    return delay(Verbs.PAUSE, "Pausing", length, "pausing before the next service");
  }

  /** The old versions stay whole for a time. */
  Stages stabilize() {
    return watch(
        Verbs.STABILITY, "Stabilizing", settings.stability(), "keeping blue as the way back");
  }

  private Stages watch(String name, String phase, String length, String why) {
    Duration duration = TimeSpan.parse(length);
    if (!duration.isZero()) {
      add(name, phase, List.of(watch(name + suffix, duration, why, services)));
    }
    return this;
  }

  private Watch watch(String name, Duration length, String why, List<ServicePlan> plans) {
    List<ServiceMetric> metrics =
        plans.stream().flatMap(plan -> ServiceMetric.of(spec.health(), plan).stream()).toList();
    List<ServiceProbe> probes = plans.stream().flatMap(plan -> Guards.probes(spec, plan)).toList();
    return new Watch(name, length, why, metrics, probes, false, data(plans));
  }

  private DataWatches data(List<ServicePlan> plans) {
    return DataWatches.of(
        plans.stream().flatMap(plan -> Guards.data(spec, maker, plan)).toList(), spec.health());
  }

  /** What is left at the end is brought about. */
  Stages cleanUp() {
    if (!services.isEmpty()) {
      cleanUp(settings.cleanup());
    }
    return this;
  }

  /** The same as the clean-up by replacement, but that the old version can be rolled out again. */
  Stages retire() {
    if (!services.isEmpty()) {
      replace("Retiring", true);
    }
    return this;
  }

  /** All that was held is let go of. */
  Stages release() {
    each(
        "release",
        "CleaningUp",
        plan -> new Release(plan, maker, memberBackups(plan), checksToTheEnd(plan)));
    return this;
  }

  private void cleanUp(Cleanup cleanup) {
    switch (cleanup) {
      case REPLACE -> replace("CleaningUp", false);
      case HANDOVER -> {
        drainBlue("HandingOver");
        each("handover", "HandingOver", HandOver::new);
        comeHome("CleaningUp", false);
      }
      case DELETE -> {
        drainBlue("CleaningUp");
        each("delete", "CleaningUp", DeleteBlue::new);
        each("remove", "CleaningUp", plan -> new Remove(plan, maker, true, verified(), deadline()));
      }
      case KEEP ->
          each(
              "remove",
              "CleaningUp",
              plan -> new Remove(plan, maker, true, verified(), deadline()));
    }
  }

  private void replace(String phase, boolean hasWayBack) {
    drainBlue(phase);
    each("upgrade", phase, plan -> new Upgrade(plan, maker, deadline(), hasWayBack));
    comeHome(phase, hasWayBack);
  }

  private void comeHome(String phase, boolean hasWayBack) {
    inOrder("return", phase, plan -> new Return(plan, hasWayBack, deadline()));
    drained(phase, Verbs.DRAIN_GREEN, Verbs.RETURN, "letting open connections to green finish");
    each("remove", phase, plan -> new Remove(plan, maker, false, verified(), deadline()));
  }

  private void drainBlue(String phase) {
    drained(phase, Verbs.DRAIN_BLUE, Verbs.SWITCH, "letting open connections to blue finish");
  }

  private void drained(String phase, String name, String movedBy, String why) {
    List<String> moves = services.stream().map(plan -> plan.step(movedBy)).toList();
    add(name, phase, List.of(new Delay(name + suffix, drain(), moves, why)));
  }

  private void verify(String verb, String phase, List<Check> checks) {
    add(verb, phase, List.copyOf(verified(verb, checks)));
  }

  private List<JobStep> verified() {
    List<JobStep> all = new ArrayList<>(backups());
    all.addAll(verified(Verbs.SMOKE_TESTS, settings.smokeTests()));
    all.addAll(verified(Verbs.TESTS, settings.tests()));
    all.addAll(compared());
    return all;
  }

  /** A backup is a Job that must succeed, as a check may be one. */
  private List<Verify> backups() {
    return services.stream()
        .filter(plan -> plan.spec().backup() != null)
        .map(plan -> new Verify(plan, Optional.empty(), maker, Verbs.BACKUP, List.of(backup(plan))))
        .toList();
  }

  private static Check backup(ServicePlan plan) {
    ServiceSpec.Backup backup = plan.spec().backup();
    return new Check(Verbs.BACKUP, null, null, null, backup.job(), null, null, backup.timeout(), 1);
  }

  private List<Verify> verified(String verb, List<Check> checks) {
    return services.stream()
        .map(plan -> new Verify(plan, Optional.empty(), maker, verb, checksOf(plan, checks)))
        .filter(step -> !step.checks().isEmpty())
        .toList();
  }

  private Stages delay(String name, String phase, String length, String why) {
    Duration duration = TimeSpan.parse(length);
    if (!duration.isZero()) {
      add(name, phase, List.of(new Delay(name + suffix, duration, List.of(), why)));
    }
    return this;
  }

  private void each(String name, String phase, Function<ServicePlan, Step> step) {
    add(name, phase, services.stream().map(step).toList());
  }

  /** A stage for each level of dependencies: what others depend on moves first. */
  private void inOrder(String name, String phase, Function<ServicePlan, Step> step) {
    List<List<ServicePlan>> levels = Dependencies.levels(services);
    for (int level = 0; level < levels.size(); level++) {
      add(numbered(name, level), phase, levels.get(level).stream().map(step).toList());
    }
  }

  private static String numbered(String name, int index) {
    return index == 0 ? name : name + "-" + (index + 1);
  }

  private void add(String name, String phase, List<? extends Step> steps) {
    addStage(name + suffix, phase, steps);
  }

  private void addStage(String name, String phase, List<? extends Step> steps) {
    if (!steps.isEmpty()) {
      stages.add(new Stage(name, phase, List.copyOf(steps)));
    }
  }

  private Duration deadline() {
    return TimeSpan.parse(settings.deadline());
  }

  private Duration drain() {
    return TimeSpan.parse(settings.drain());
  }
}
