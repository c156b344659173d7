package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.InlineVersion;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.SchemaDirection;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.SchemaPlan;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.RunSchema;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Works on databases as SchemaMigrations in {@code mode: Staged} say, and as Migrations want it: by
 * what it has seen of them, which may be old, and with writes that hold for that state only.
 */
final class SchemaController {

  static final String NAME = "schema-controller";

  /** What becomes of a SchemaMigration. */
  enum Fate {
    /** Everything works. */
    GOOD,
    /** One of its versions fails, and it goes back by itself. */
    FAILS,
    /** One of its versions fails, and it stops until a person has mended that. */
    STALLS,
    /** Its versions can't be taken back until a person has mended something. */
    STUCK,
    /** It can't start for a while. */
    BLOCKED
  }

  /** Where it is. */
  private enum Phase {
    STAGED,
    PREFLIGHT,
    PLANNED,
    MIGRATING,
    STALLED,
    STANDING_BY,
    ROLLING_BACK,
    STUCK,
    SUCCEEDED,
    ROLLED_BACK
  }

  /** Hears what is done to databases. */
  interface Listener {

    /** It is about to begin; the mark is on it. */
    void begins(SchemaMigration migration);

    /** A version is about to be taken away. */
    void takesBack(SchemaMigration migration, String version);
  }

  /** What works on a database; {@code ended} says whether it has worked. */
  private record Job(String version, boolean up, Instant end, Optional<Boolean> ended) {}

  private final World world;
  private final Random random;
  private final Map<String, Fate> fates;
  private final Listener listener;

  /** What the databases have, by the name of the SchemaMigration that brings it. */
  private final Map<String, List<String>> databases = new TreeMap<>();

  /** What was last seen, by UID. */
  private final Map<String, SchemaMigration> seen = new HashMap<>();

  private final Map<String, Job> jobs = new HashMap<>();

  /** When it goes on, by UID and what it waits for. */
  private final Map<String, Instant> waits = new HashMap<>();

  /** Those that were deleted while they could go nowhere, with what their databases had. */
  final Set<String> abandoned = new HashSet<>();

  /** Those that have ever stood by. */
  final Set<String> stoodBy = new HashSet<>();

  SchemaController(World world, Random random, Map<String, Fate> fates, Listener listener) {
    this.world = world;
    this.random = random;
    this.fates = new HashMap<>(fates);
    this.listener = listener;
  }

  /** The versions that a database has of those that a SchemaMigration brings. */
  List<String> database(String name) {
    return databases.computeIfAbsent(name, unknown -> new ArrayList<>());
  }

  /** The versions that a SchemaMigration is to bring. */
  static List<String> versions(SchemaMigration migration) {
    return migration.getSpec().versions().stream().map(InlineVersion::version).toList();
  }

  /** Whether one of the versions can't be taken back. */
  static boolean isIrreversible(SchemaMigration migration) {
    return migration.getSpec().versions().stream().anyMatch(version -> version.down() == null);
  }

  void act(double probability) {
    for (SchemaMigration present : world.server.list(SchemaMigration.class, World.NAMESPACE)) {
      if (random.nextDouble() < probability) {
        work(present);
        act(known(present, probability == 1));
      }
    }
  }

  /** What is stuck can be taken back from now on, and what has failed is mended. */
  void mend() {
    fates.clear();
    waits.replaceAll((what, until) -> world.now());
  }

  /** Whether a person must delete it: it can go neither on nor back. */
  static boolean isLost(SchemaMigration migration) {
    return migration.getStatus() != null
        && phase(migration) == Phase.STALLED
        && isPastReturn(migration, moved(migration));
  }

  private SchemaMigration known(SchemaMigration present, boolean newest) {
    SchemaMigration old = seen.get(uid(present));
    if (old == null || newest || random.nextInt(4) > 0) {
      seen.put(uid(present), present);
      return present;
    }
    return old;
  }

  /** What a Job does to a database does not wait for anybody to look. */
  private void work(SchemaMigration present) {
    Job job = jobs.get(uid(present));
    if (job == null || job.ended().isPresent() || world.now().isBefore(job.end())) {
      return;
    }
    String name = present.getMetadata().getName();
    Fate fate = fates.getOrDefault(name, Fate.GOOD);
    boolean fails =
        job.up()
            && (fate == Fate.FAILS || fate == Fate.STALLS)
            && (job.version().equals(versions(present).getLast()) || random.nextInt(2) == 0);
    if (!fails && job.up()) {
      database(name).add(job.version());
    } else if (!fails) {
      listener.takesBack(present, job.version());
      database(name).remove(job.version());
    }
    world.say(
        "-- Job: version %s of %s %s"
            .formatted(
                job.version(), name, fails ? "fails" : job.up() ? "is there" : "is taken back"));
    jobs.put(uid(present), new Job(job.version(), job.up(), job.end(), Optional.of(!fails)));
  }

  private void act(SchemaMigration known) {
    try {
      reconcile(known);
    } catch (ConflictException e) {
      world.say("-- a decision on " + World.name(known) + " is void: " + e.getMessage());
      seen.remove(uid(known));
    }
  }

  private void reconcile(SchemaMigration known) {
    SchemaMigrationStatus status = known.getStatus();
    boolean started = status != null && status.startTime() != null;
    if (status != null && status.completionTime() != null) {
      if (!isWaitedFor(known)) {
        finalizer(known, false);
      }
    } else if (started) {
      goOn(known);
    } else if (known.getMetadata().getDeletionTimestamp() != null) {
      finalizer(known, false);
    } else {
      begin(known);
    }
  }

  /** Whether its Migration has not recorded yet that it has succeeded. */
  private boolean isWaitedFor(SchemaMigration known) {
    return phase(known) == Phase.SUCCEEDED
        && Marks.wanted(known).isPresent()
        && Marks.holder(known)
            .flatMap(holder -> world.server.get(Migration.class, World.NAMESPACE, holder))
            .flatMap(holder -> Optional.ofNullable(holder.getStatus()))
            .filter(status -> status.steps() != null)
            .filter(
                status ->
                    status.steps().stream()
                        .anyMatch(
                            step ->
                                step.name().equals(RunSchema.name(known.getMetadata().getName()))
                                    && step.state() == StepState.RUNNING))
            .isPresent();
  }

  private void begin(SchemaMigration known) {
    if (Marks.wanted(known).filter(Wanted.RUN::equals).isEmpty()) {
      waits.remove(uid(known) + "/plan");
      if (known.getStatus() == null || phase(known) != Phase.STAGED) {
        record(known, Phase.STAGED, "waits for a Migration", List.of(), 0);
      }
      return;
    }
    boolean blocked =
        (fates.get(known.getMetadata().getName()) == Fate.BLOCKED && isOpen(known, "block", 600))
            || isDatabaseTaken(known);
    if (blocked) {
      if (known.getStatus() == null || phase(known) != Phase.PREFLIGHT) {
        record(known, Phase.PREFLIGHT, "can't start", List.of(), 0);
      }
      return;
    }
    if (isOpen(known, "plan", 15)) {
      return;
    }
    if (known.getStatus() == null || phase(known) != Phase.PLANNED) {
      record(known, Phase.PLANNED, "is planned", List.of(), 0);
    } else if (!known.getMetadata().getFinalizers().contains(Cluster.FINALIZER)) {
      finalizer(known, true);
    } else {
      List<String> has = database(known.getMetadata().getName());
      List<String> planned =
          versions(known).stream().filter(version -> !has.contains(version)).toList();
      decide(known, Phase.MIGRATING, planned, 0, Optional.empty());
    }
  }

  /** Whether something that takes so many seconds at most still goes on. */
  private boolean isOpen(SchemaMigration known, String what, int seconds) {
    Instant end =
        waits.computeIfAbsent(
            uid(known) + "/" + what,
            unknown -> world.now().plus(Duration.ofMillis(1000 + random.nextInt(seconds * 1000))));
    world.alarm(end);
    return world.now().isBefore(end);
  }

  private boolean isDatabaseTaken(SchemaMigration known) {
    return world.server.list(SchemaMigration.class, World.NAMESPACE).stream()
        .anyMatch(
            other ->
                !uid(other).equals(uid(known))
                    && other.getSpec().database().equals(known.getSpec().database())
                    && other.getStatus() != null
                    && other.getStatus().startTime() != null
                    && other.getStatus().completionTime() == null);
  }

  private void goOn(SchemaMigration known) {
    Job job = jobs.get(uid(known));
    if (job != null && job.ended().isEmpty()) {
      world.alarm(job.end());
      return;
    }
    int moved = moved(known);
    if (job != null && job.ended().orElseThrow()) {
      moved += job.up() ? 1 : -1;
    }
    decide(
        known,
        phase(known),
        known.getStatus().plan().versions(),
        moved,
        Optional.ofNullable(job).flatMap(Job::ended));
  }

  private void decide(
      SchemaMigration known,
      Phase phase,
      List<String> planned,
      int moved,
      Optional<Boolean> jobEnded) {
    boolean deleted = known.getMetadata().getDeletionTimestamp() != null;
    if (phase == Phase.ROLLING_BACK || phase == Phase.STUCK) {
      if (phase == Phase.STUCK && deleted && jobEnded.isEmpty()) {
        abandon(known);
      } else {
        backward(known, phase, planned, moved);
      }
      return;
    }
    boolean failed = jobEnded.isPresent() && !jobEnded.get();
    boolean back = wantsBack(known, phase);
    boolean past = isPastReturn(known, moved);
    boolean rollsBack = failed && fates.get(known.getMetadata().getName()) == Fate.FAILS;
    if ((back || rollsBack) && !past) {
      fates.remove(known.getMetadata().getName(), Fate.FAILS);
      backward(known, phase, planned, moved);
    } else if (back && phase == Phase.STALLED && deleted) {
      abandon(known);
    } else if (failed || back) {
      stall(known, phase, planned, moved, failed);
    } else if (phase == Phase.STALLED && isOpen(known, "stall", 400)) {
      return;
    } else if (moved < planned.size()) {
      move(known, Phase.MIGRATING, planned, moved, planned.get(moved), true);
    } else if (Marks.wanted(known).filter(Wanted.KEEP::equals).isPresent()) {
      record(known, Phase.SUCCEEDED, "has all its versions", planned, moved);
      jobs.remove(uid(known));
    } else if (phase != Phase.STANDING_BY) {
      if (phase == Phase.MIGRATING && known.getStatus().startTime() == null) {
        listener.begins(known);
      }
      record(known, Phase.STANDING_BY, "stands by", planned, moved);
      stoodBy.add(known.getMetadata().getName());
      jobs.remove(uid(known));
    }
  }

  private void stall(
      SchemaMigration known, Phase phase, List<String> planned, int moved, boolean failed) {
    if (failed) {
      fates.remove(known.getMetadata().getName());
      waits.remove(uid(known) + "/stall");
      isOpen(known, "stall", 400);
    }
    if (failed || phase != Phase.STALLED) {
      record(known, Phase.STALLED, "a person must mend it", planned, moved);
      jobs.remove(uid(known));
    }
  }

  private void backward(SchemaMigration known, Phase phase, List<String> planned, int moved) {
    boolean stuck =
        moved > 0
            && fates.get(known.getMetadata().getName()) == Fate.STUCK
            && isOpen(known, "stuck", 600);
    if (moved == 0) {
      record(known, Phase.ROLLED_BACK, "everything is taken back", planned, moved);
      jobs.remove(uid(known));
    } else if (!stuck) {
      move(known, Phase.ROLLING_BACK, planned, moved, planned.get(moved - 1), false);
    } else if (phase != Phase.STUCK) {
      record(known, Phase.STUCK, "can't be taken back", planned, moved);
      jobs.remove(uid(known));
    }
  }

  /** That it begins is recorded before anything is done to the database. */
  private void move(
      SchemaMigration known,
      Phase phase,
      List<String> planned,
      int moved,
      String version,
      boolean up) {
    if (known.getStatus().startTime() == null) {
      listener.begins(known);
    }
    record(known, phase, (up ? "brings " : "takes back ") + version, planned, moved);
    Instant end = world.now().plus(Duration.ofMillis(500 + random.nextInt(30_000)));
    jobs.put(uid(known), new Job(version, up, end, Optional.empty()));
    world.alarm(end);
  }

  /** It can go nowhere, and nobody wants it: the database stays as it is. */
  private void abandon(SchemaMigration known) {
    finalizer(known, false);
    abandoned.add(known.getMetadata().getName());
  }

  /** What a Migration stands on does not go away under it. */
  private static boolean wantsBack(SchemaMigration known, Phase phase) {
    Optional<Wanted> wanted = Marks.wanted(known);
    if (wanted.filter(Wanted.TAKE_BACK::equals).isPresent()) {
      return true;
    }
    if (phase == Phase.STANDING_BY) {
      return false;
    }
    return known.getMetadata().getDeletionTimestamp() != null
        || Boolean.TRUE.equals(known.getSpec().abort());
  }

  private static boolean isPastReturn(SchemaMigration known, int moved) {
    SchemaPlan plan = known.getStatus().plan();
    return plan != null
        && plan.versions().stream().limit(moved).anyMatch(plan.irreversible()::contains);
  }

  private static boolean isPast(SchemaMigration known, List<String> planned, int moved) {
    return known.getSpec().versions().stream()
        .filter(version -> version.down() == null)
        .anyMatch(version -> planned.subList(0, moved).contains(version.version()));
  }

  private static Phase phase(SchemaMigration known) {
    return Phase.valueOf(known.getStatus().phase());
  }

  /** How many of the planned versions are recorded as there. */
  private static int moved(SchemaMigration known) {
    SchemaPlan plan = known.getStatus().plan();
    return plan == null ? 0 : plan.versions().indexOf(known.getStatus().current()) + 1;
  }

  private static String uid(SchemaMigration migration) {
    return migration.getMetadata().getUid();
  }

  private void finalizer(SchemaMigration known, boolean wanted) {
    if (known.getMetadata().getFinalizers().contains(Cluster.FINALIZER) == wanted) {
      return;
    }
    ObjectMeta metadata =
        new ObjectMetaBuilder(known.getMetadata())
            .withFinalizers(wanted ? List.of(Cluster.FINALIZER) : List.of())
            .build();
    seen.put(uid(known), world.server.replace(NAME, known, Shallow.copy(known, metadata)));
  }

  private void record(
      SchemaMigration known, Phase phase, String message, List<String> planned, int moved) {
    boolean started = phase.compareTo(Phase.MIGRATING) >= 0;
    boolean ended = phase.compareTo(Phase.SUCCEEDED) >= 0;
    SchemaMigrationStatus before = known.getStatus();
    Instant start =
        !started
            ? null
            : before == null || before.startTime() == null ? world.now() : before.startTime();
    boolean backward = phase.compareTo(Phase.ROLLING_BACK) >= 0 && phase != Phase.SUCCEEDED;
    SchemaMigration next = Shallow.copy(known, known.getMetadata());
    next.setStatus(
        new SchemaMigrationStatus(
            known.getMetadata().getGeneration(),
            phase.name(),
            null,
            message,
            start,
            ended ? world.now() : null,
            !started ? null : backward ? Direction.BACKWARD : Direction.FORWARD,
            null,
            null,
            null,
            null,
            null,
            moved == 0 ? "0" : planned.get(moved - 1),
            versions(known).getLast(),
            started ? plan(known, planned) : null,
            null,
            null,
            null,
            Stream.of(
                    Map.entry("StandingBy", truth(phase == Phase.STANDING_BY)),
                    Map.entry("PastReturn", truth(isPast(known, planned, moved))),
                    Map.entry("RolledBack", truth(phase == Phase.ROLLED_BACK)),
                    Map.entry("Succeeded", ended ? truth(phase == Phase.SUCCEEDED) : "Unknown"),
                    Map.entry("Stalled", truth(isStalled(phase))))
                .map(
                    one ->
                        new ConditionBuilder()
                            .withType(one.getKey())
                            .withStatus(one.getValue())
                            .withReason(phase.name())
                            .build())
                .toList()));
    world.say("-- " + World.name(known) + " " + message);
    seen.put(uid(known), world.server.replace(NAME, known, next));
  }

  private static boolean isStalled(Phase phase) {
    return Set.of(Phase.PREFLIGHT, Phase.STALLED, Phase.STUCK, Phase.ROLLED_BACK).contains(phase);
  }

  private static String truth(boolean is) {
    return is ? "True" : "False";
  }

  private static SchemaPlan plan(SchemaMigration known, List<String> planned) {
    return new SchemaPlan(
        "18.1",
        "0",
        SchemaDirection.UP,
        planned,
        known.getSpec().versions().stream()
            .filter(version -> version.down() == null)
            .map(InlineVersion::version)
            .filter(planned::contains)
            .toList(),
        0,
        null,
        null);
  }
}
