package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What must hold of the operator's writes to services that are upgraded in place. */
final class InPlaceRules {

  static final String RESTORE = "restore";

  private final World world;
  private final WriteRules.Knowledge knowledge;
  private final Scene scene;
  private final Members members;
  private final AvailabilityRules availability;
  private final Duration drain;

  /** The members for which a Job that restores was made, as SERVICE-MEMBER. */
  private final Set<String> restored = new HashSet<>();

  InPlaceRules(
      World world, Scene scene, AvailabilityRules availability, WriteRules.Knowledge knowledge) {
    this.world = world;
    this.knowledge = knowledge;
    this.scene = scene;
    this.members = new Members(world, scene);
    this.availability = availability;
    this.drain = TimeSpan.parse(scene.scenario.spec().strategy().settings().drain());
  }

  /** The member that a Job is run for, by its name, if it is run for one. */
  static Optional<String> memberOf(Job job) {
    return job.getSpec().getTemplate().getSpec().getContainers().stream()
        .flatMap(container -> container.getEnv().stream())
        .filter(variable -> variable.getName().equals("GODWIT_MEMBER"))
        .map(EnvVar::getValue)
        .findFirst();
  }

  static boolean isRestore(Job job) {
    return job.getMetadata().getName().contains("-" + RESTORE + "-");
  }

  // ---- pods

  void changed(Pod before, Pod after) {
    Map<String, String> labels = new HashMap<>(after.getMetadata().getLabels());
    labels.remove(Marks.ROTATION);
    Map<String, String> others = new HashMap<>(before.getMetadata().getLabels());
    others.remove(Marks.ROTATION);
    require(labels.equals(others), "changes labels of a pod that are not its own");
    List<String> rotating =
        scene.services().stream().filter(service -> isRotating(service, after)).toList();
    require(!rotating.isEmpty(), "labels " + World.name(after) + " though nothing rotates");
    boolean in = Marks.isInRotation(after);
    scene.services().stream()
        .filter(scene::isInPlace)
        .filter(service -> isOwn(service, after))
        .forEach(service -> rotated(service, after, in, rotating));
  }

  /** Whether Services that lead to a pod select by rotation just now, because of a service. */
  private boolean isRotating(String service, Pod pod) {
    boolean leads =
        scene.isInPlace(service)
            && scene.traffic(service).stream()
                .anyMatch(
                    name ->
                        scene.lostServices.contains(name)
                            || scene.service(name).filter(one -> leadsTo(one, pod)).isPresent());
    return leads
        && scene.wasBegun(service, Verbs.ROTATION_ON)
        && !scene.is(service, Verbs.ROTATION_ON, StepState.UNDONE)
        && !scene.is(service, Verbs.ROTATION_OFF, StepState.DONE);
  }

  private static boolean leadsTo(Service one, Pod pod) {
    return pod.getMetadata()
        .getLabels()
        .entrySet()
        .containsAll(Scene.withoutRotation(one.getSpec().getSelector()).entrySet());
  }

  private boolean isOwn(String service, Pod pod) {
    return scene
        .workload(service)
        .filter(workload -> Pods.isOwnedBy(workload.object(), pod))
        .isPresent();
  }

  private void rotated(String service, Pod pod, boolean in, List<String> rotating) {
    if (!rotating.contains(service)) {
      return;
    }
    String member = members.of(service, pod);
    if (members.step(service, Verbs.OUT, member).isEmpty()) {
      require(!in || scene.scaled.contains(service), "labels a pod that is no member");
      return;
    }
    boolean settling =
        scene.is(service, Verbs.ROTATION_OFF, StepState.RUNNING)
            || scene.is(service, Verbs.ROTATION_ON, StepState.UNDOING);
    boolean stayed =
        members.is(service, Verbs.OUT, member, StepState.PENDING)
            || members.is(service, Verbs.OUT, member, StepState.UNDONE);
    boolean back = members.is(service, Verbs.OUT, member, StepState.UNDOING);
    boolean returned =
        members.is(service, Verbs.IN, member, StepState.RUNNING)
            || members.is(service, Verbs.IN, member, StepState.DONE);
    boolean leaves =
        members.is(service, Verbs.OUT, member, StepState.RUNNING)
            || members.is(service, Verbs.IN, member, StepState.UNDOING);
    require(
        in ? stayed || back || returned : leaves || settling,
        (in ? "returns " : "takes out ") + World.name(pod) + ", which no step asks for");
    if (!in && !settling && !members.isMeddledWith(service)) {
      enoughStay(service, member);
    }
    require(
        !in || members.isMeddledWith(service) || !Members.isNew(service, pod) || returned,
        "returns " + World.name(pod) + " of the new version before its checks have passed");
  }

  /** As far as the operator knows, enough others serve when a member that serves is taken out. */
  private void enoughStay(String service, String member) {
    List<Pod> known =
        knowledge.pods().stream().filter(pod -> Pods.isReady(pod) && !Pods.isEnding(pod)).toList();
    boolean serves =
        known.stream()
            .filter(pod -> isOwn(service, pod))
            .anyMatch(pod -> members.of(service, pod).equals(member));
    for (String name : scene.traffic(service)) {
      Set<String> endpoints = knowledge.endpoints(name);
      List<Pod> others =
          known.stream()
              .filter(pod -> endpoints.contains(pod.getMetadata().getName()))
              .filter(pod -> !isOwn(service, pod) || !members.of(service, pod).equals(member))
              .toList();
      int left = availability.serving(service, name, others);
      require(
          !serves || left >= availability.minAvailable(service, name),
          "takes out %s-%s, which leaves %d".formatted(service, member, left));
    }
  }

  void deleted(Pod pod) {
    List<String> owners =
        scene.services().stream()
            .filter(scene::isInPlace)
            .filter(service -> isOwn(service, pod))
            .toList();
    require(owners.size() == 1, "deletes a foreign pod: " + World.name(pod));
    String service = owners.getFirst();
    String member = members.of(service, pod);
    require(
        members.is(service, Verbs.UPGRADE, member, StepState.UNDOING),
        "deletes " + World.name(pod) + " though no upgrade of it is taken back");
    require(
        scene.edited.contains(service) || !oldRevision(service).equals(revision(pod)),
        "deletes " + World.name(pod) + ", which runs the old version");
    requireDrained(service, pod, "deletes");
    boolean alone =
        members.pods(service).stream()
            .filter(other -> !other.getMetadata().getUid().equals(pod.getMetadata().getUid()))
            .noneMatch(other -> Pods.isEnding(other) && members.isWhole(service));
    require(
        alone || scene.shaken.contains(service) || members.isMeddledWith(service),
        "deletes a second pod of " + service + " at a time");
  }

  private String oldRevision(String service) {
    StatefulSet opened = (StatefulSet) scene.opened.get(scene.workloadKey(service));
    return StatefulSetController.revision(opened, opened.getSpec().getTemplate());
  }

  private static String revision(Pod pod) {
    return StatefulSetController.revision(pod);
  }

  private void requireDrained(String service, Pod pod, String what) {
    Optional<Instant> last = availability.lastReached(pod);
    require(
        members.isMeddledWith(service)
            || last.isEmpty()
            || !world.now().isBefore(last.get().plus(drain)),
        what + " " + World.name(pod) + " before its connections were drained");
  }

  // ---- workloads

  /** A write to a workload that is upgraded in place, but for its labels. */
  void changed(String service, Workload before, Workload after) {
    require(before.wanted() == after.wanted(), "scales " + after.title());
    boolean template = !Templates.same(before.template(), after.template());
    if (after instanceof Workload.OfStatefulSet set) {
      strategy(service, ((Workload.OfStatefulSet) before).object(), set.object(), template);
    }
    if (!template) {
      return;
    }
    List<String> running = upgrading(service, StepState.RUNNING);
    List<String> undoing = upgrading(service, StepState.UNDOING);
    require(
        !running.isEmpty() || !undoing.isEmpty(),
        "changes the template of " + after.title() + " though no upgrade is under way");
    boolean old = Templates.same(after.template(), oldTemplate(service));
    require(
        old == running.isEmpty(),
        "brings " + after.title() + (old ? " back" : " on") + " while the other is asked for");
    if (members.isWhole(service)) {
      members.pods(service).forEach(pod -> requireDrained(service, pod, "replaces"));
    }
  }

  private io.fabric8.kubernetes.api.model.PodTemplateSpec oldTemplate(String service) {
    return switch (scene.opened.get(scene.workloadKey(service))) {
      case StatefulSet set -> set.getSpec().getTemplate();
      case io.fabric8.kubernetes.api.model.apps.Deployment one -> one.getSpec().getTemplate();
      case null, default -> throw new AssertionError("no workload of " + service);
    };
  }

  private List<String> upgrading(String service, StepState state) {
    return members.of(service).stream()
        .filter(member -> members.is(service, Verbs.UPGRADE, member, state))
        .toList();
  }

  private void strategy(String service, StatefulSet before, StatefulSet after, boolean template) {
    StatefulSetUpdateStrategy now = after.getSpec().getUpdateStrategy();
    StatefulSetUpdateStrategy original =
        ((StatefulSet) scene.opened.get(scene.workloadKey(service))).getSpec().getUpdateStrategy();
    List<String> running = upgrading(service, StepState.RUNNING);
    List<String> undoing = upgrading(service, StepState.UNDOING);
    if (!template && now.equals(before.getSpec().getUpdateStrategy())) {
      return;
    }
    if (now.getRollingUpdate() == null) {
      require(!undoing.isEmpty(), "sets OnDelete though nothing is taken back");
      return;
    }
    require(
        !template || running.size() == 1,
        "puts the template of " + World.name(after) + " back without OnDelete");
    boolean isRestored =
        (now.equals(original) || scene.unrecorded.contains(service))
            && !template
            && members.pods(service).stream()
                .filter(pod -> members.of(service).contains(members.of(service, pod)))
                .allMatch(pod -> Members.isNew(service, pod) == undoing.isEmpty());
    int partition = now.getRollingUpdate().getPartition();
    boolean isOfMember =
        running.stream()
            .anyMatch(
                member ->
                    member.equals(Members.WHOLE)
                        ? partition == 0
                        : partition == Integer.parseInt(member) - members.first(service));
    require(
        isOfMember
            || isRestored
            || members.isMeddledWith(service)
            || scene.shaken.contains(service),
        "sets partition " + partition + " of " + World.name(after) + " while " + running + " run");
    if (isOfMember && !isRestored) {
      running.stream()
          .flatMap(member -> members.pods(service, member).stream())
          .filter(pod -> !Members.isNew(service, pod))
          .forEach(pod -> requireDrained(service, pod, "replaces"));
    }
  }

  // ---- Services

  /** What shows who is in rotation is made while that begins, and by nobody changed. */
  void rotationService(ApiServer.Write write) {
    String service = write.object().getMetadata().getAnnotations().get(Marks.SERVICE);
    String name = World.name(write.object());
    String uid = scene.migration().getMetadata().getUid();
    require(Marks.wasMadeFor(write.object(), uid, service), "writes to a foreign " + name);
    require(write.before() == null || write.after() == null, "changes " + name);
    require(
        write.after() == null
            || scene.is(service, Verbs.ROTATION_ON, StepState.RUNNING)
            || scene.is(service, Verbs.ROTATION_OFF, StepState.UNDOING),
        "makes " + name + " though nothing begins to rotate");
  }

  void selector(String service, Service before, Service after) {
    Map<String, String> now = after.getSpec().getSelector();
    if (now.equals(before.getSpec().getSelector())) {
      return;
    }
    Map<String, String> original =
        ((Service) scene.opened.get(ObjectKey.of(after))).getSpec().getSelector();
    require(
        Scene.withoutRotation(before.getSpec().getSelector()).equals(original),
        "moves a Service that somebody else has pointed elsewhere");
    require(
        Scene.withoutRotation(now).equals(original),
        "points " + World.name(after) + " elsewhere: " + now);
    boolean on = Marks.IN.equals(now.get(Marks.ROTATION));
    boolean abandons = scene.migration().getMetadata().getDeletionTimestamp() != null;
    require(
        abandons || !Marks.selects(after).equals(Marks.selects(before)),
        "sets a selector of which nobody can tell when it has got about");
    boolean asked =
        members.neighbours(service).stream()
            .anyMatch(
                other ->
                    on
                        ? scene.is(other, Verbs.ROTATION_ON, StepState.RUNNING)
                            || scene.is(other, Verbs.ROTATION_OFF, StepState.UNDOING)
                        : scene.is(other, Verbs.ROTATION_OFF, StepState.RUNNING)
                            || scene.is(other, Verbs.ROTATION_ON, StepState.UNDOING));
    // A Migration that is deleted and can go nowhere leaves nothing that selects by rotation.
    boolean leaves = !on && scene.migration().getMetadata().getDeletionTimestamp() != null;
    require(
        asked || leaves,
        "lets " + World.name(after) + " select " + now + ", which no step asks for");
  }

  // ---- Jobs

  void restores(Job job) {
    String name = memberOf(job).orElseThrow();
    String service = job.getMetadata().getAnnotations().get(Marks.SERVICE);
    String member =
        members.isWhole(service) ? Members.WHOLE : name.substring(name.lastIndexOf('-') + 1);
    restored.add(service + "-" + member);
    require(
        members.is(service, Verbs.BACKUP, member, StepState.UNDOING)
            || members.is(service, Verbs.BACKUP, member, StepState.UNDO_FAILED),
        "restores " + name + " though its backup is not taken back");
    require(
        members.is(service, Verbs.UPGRADE, member, StepState.UNDONE),
        "restores " + name + ", whose upgrade was not begun or not taken back");
    if (!members.isMeddledWith(service) && !scene.shaken.contains(service)) {
      require(
          members.pods(service, member).stream().noneMatch(pod -> Members.isNew(service, pod)),
          "restores " + name + " while it runs the new version");
      require(
          members.isUntouched(service, Verbs.IN + "-" + member),
          "restores " + name + " while it is in rotation");
    }
  }

  // ---- what is recorded

  void recorded(MigrationStatus before, MigrationStatus after) {
    scene.services().stream()
        .filter(scene::isInPlace)
        .filter(service -> scene.found(service).isPresent())
        .forEach(service -> recorded(service, before));
  }

  private void recorded(String service, MigrationStatus before) {
    List<String> all = members.of(service);
    for (int index = 0; index < all.size(); index++) {
      String member = all.get(index);
      List<String> earlier = all.subList(0, index);
      List<String> later = all.subList(index + 1, all.size());
      if (isNew(before, service, Verbs.OUT, member, StepState.RUNNING)) {
        require(
            earlier.stream().allMatch(one -> members.is(service, Verbs.IN, one, StepState.DONE)),
            "takes out " + service + "-" + member + " before the ones before it have returned");
        dependenciesHaveMoved(service);
      }
      if (isNew(before, service, Verbs.OUT, member, StepState.DONE)) {
        isConfirmed(service, member, false);
      }
      if (isNew(before, service, Verbs.IN, member, StepState.DONE)) {
        isConfirmed(service, member, true);
      }
      if (isNew(before, service, Verbs.UPGRADE, member, StepState.RUNNING)) {
        require(
            members.is(service, Verbs.OUT, member, StepState.DONE),
            "upgrades " + service + "-" + member + " in rotation");
        require(
            scene.spec(service).backup() == null
                || members.is(service, Verbs.BACKUP, member, StepState.DONE),
            "upgrades " + service + "-" + member + " before its backup");
      }
      if (isNew(before, service, Verbs.UPGRADE, member, StepState.UNDOING)
          && !isOld(before, service, Verbs.UPGRADE, member, StepState.UNDO_FAILED)) {
        require(
            later.stream().allMatch(one -> members.isUntouched(service, Verbs.OUT + "-" + one)),
            "takes " + service + "-" + member + " back before the ones after it");
        dependantsAreBack(service);
      }
      if (isNew(before, service, Verbs.OUT, member, StepState.UNDONE)
          && scene.spec(service).restore() != null
          && members.wasBegun(service, Verbs.UPGRADE, member)) {
        isRestored(service, member);
      }
    }
  }

  private void dependenciesHaveMoved(String service) {
    for (String dependency : scene.dependenciesOf(service)) {
      require(
          scene.contested.contains(dependency) || hasMoved(dependency),
          "upgrades " + service + " before " + dependency + ", which it depends on");
    }
  }

  /** Whether a service is on its new version, as it is recorded. */
  boolean hasMoved(String service) {
    return scene.is(
        service, scene.isInPlace(service) ? Verbs.ROTATION_OFF : Verbs.SWITCH, StepState.DONE);
  }

  private void dependantsAreBack(String service) {
    for (String other : scene.services()) {
      boolean back =
          scene.isInPlace(other)
              ? members.areBack(other)
              : members.isUntouched(other, Verbs.SWITCH);
      require(
          !scene.dependenciesOf(other).contains(service) || back || scene.isStuck(other),
          "takes " + service + " back before " + other + ", which depends on it");
    }
  }

  /** Whether a service is on its old version, as it is recorded. */
  boolean isBack(String service) {
    return scene.isInPlace(service)
        ? members.areBack(service)
        : members.isUntouched(service, Verbs.SWITCH);
  }

  private void isRestored(String service, String member) {
    String what = service + "-" + member;
    boolean unfinished =
        world.server.list(Job.class, World.NAMESPACE).stream()
            .filter(InPlaceRules::isRestore)
            .filter(job -> service.equals(job.getMetadata().getAnnotations().get(Marks.SERVICE)))
            .filter(job -> memberOf(job).filter(name -> isNamed(service, member, name)).isPresent())
            .anyMatch(job -> !JobController.hasPassed(job));
    require(restored.contains(what) && !unfinished, "returns " + what + " before it was restored");
  }

  private boolean isNamed(String service, String member, String name) {
    return name.equals(
        member.equals(Members.WHOLE)
            ? scene.blueName(service)
            : scene.blueName(service) + "-" + member);
  }

  /** What is out of rotation gets no traffic any more, and what is in does, before it counts. */
  private void isConfirmed(String service, String member, boolean in) {
    boolean excused =
        members.isMeddledWith(service)
            || members.neighbours(service).stream().anyMatch(scene.shaken::contains);
    if (excused) {
      return;
    }
    for (String name : scene.traffic(service)) {
      List<String> reached = names(members.reached(name).stream());
      List<String> own =
          names(members.pods(service, member).stream().filter(pod -> !in || !Pods.isEnding(pod)));
      require(
          in ? reached.containsAll(own) : own.stream().noneMatch(reached::contains),
          "records that %s-%s is %s rotation while endpoints of %s lag"
              .formatted(service, member, in ? "in" : "out of", name));
    }
  }

  private static List<String> names(Stream<Pod> pods) {
    return pods.map(pod -> pod.getMetadata().getName()).toList();
  }

  private boolean isNew(
      MigrationStatus before, String service, String verb, String member, StepState state) {
    return members.is(service, verb, member, state) && !isOld(before, service, verb, member, state);
  }

  private static boolean isOld(
      MigrationStatus before, String service, String verb, String member, StepState state) {
    return Scene.find(before, service + "/" + verb + "-" + member)
        .map(StepStatus::state)
        .filter(state::equals)
        .isPresent();
  }

  /** After a rollback: each member whose upgrade was begun was restored, and no other. */
  void end() {
    for (String service : scene.services()) {
      if (scene.isInPlace(service)
          && scene.spec(service).restore() != null
          && scene.found(service).isPresent()) {
        for (String member : members.of(service)) {
          require(
              members.wasBegun(service, Verbs.UPGRADE, member)
                  == restored.contains(service + "-" + member),
              "has "
                  + (restored.contains(service + "-" + member) ? "" : "not ")
                  + "restored "
                  + service
                  + "-"
                  + member);
        }
      }
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError("the operator " + otherwise);
    }
  }
}
