package dev.godwit.operator.simulation;

import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.simulation.Scene.Where;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What must hold at each moment, whoever has written last. */
final class MomentRules {

  private final World world;
  private final Scene scene;
  private final AvailabilityRules availability;
  private final Map<String, Instant> lastTraffic;
  private final Set<String> reachedNow = new TreeSet<>();
  private long checked = -1;
  private final Map<String, Set<Where>> lastReached = new HashMap<>();
  private final Map<String, Set<Where>> wantedSinceServed = new HashMap<>();

  MomentRules(
      World world, Scene scene, AvailabilityRules availability, Map<String, Instant> lastTraffic) {
    this.world = world;
    this.scene = scene;
    this.availability = availability;
    this.lastTraffic = lastTraffic;
  }

  void check() {
    // What is reached stays reached for as long as nobody writes anything.
    reachedNow.forEach(side -> lastTraffic.put(side, world.now()));
    availability.stillReached();
    if (world.writes() == checked) {
      return;
    }
    checked = world.writes();
    reachedNow.clear();
    availability.begin();
    Map<String, List<Pod>> podsByOwner = new HashMap<>();
    for (Pod pod : world.server.list(Pod.class, World.NAMESPACE)) {
      podsByOwner.computeIfAbsent(Pods.ownerName(pod), owner -> new ArrayList<>()).add(pod);
    }
    for (String service : scene.services()) {
      if (scene.isInPlace(service)) {
        availability.check(service);
        continue;
      }
      List<Pod> pods =
          new ArrayList<>(podsByOwner.getOrDefault(scene.blueName(service), List.of()));
      pods.addAll(podsByOwner.getOrDefault(scene.greenName(service), List.of()));
      for (String name : scene.traffic(service)) {
        scene.service(name).ifPresent(one -> check(service, one, pods));
      }
    }
  }

  private void check(String service, Service one, List<Pod> pods) {
    String name = one.getMetadata().getName();
    Set<Where> selected = new TreeSet<>();
    Set<Where> reached = new TreeSet<>();
    boolean served = false;
    List<String> reachable = reachable(name);
    for (Pod pod : pods) {
      Where side = scene.where(service, pod);
      if (Selectors.matches(one.getSpec().getSelector(), pod.getMetadata().getLabels())) {
        selected.add(side);
      }
      if (reachable.contains(pod.getMetadata().getName())) {
        reached.add(side);
        served |= Pods.isReady(pod);
      }
    }
    reached.forEach(side -> reachedNow.add(service + "/" + side));
    reached.forEach(side -> lastTraffic.put(service + "/" + side, world.now()));
    if (scene.lostServices.contains(name)) {
      return;
    }
    if (selected.contains(Where.BLUE) && selected.contains(Where.GREEN)) {
      throw new AssertionError("Service " + name + " selects blue and green");
    }
    Where wanted = scene.where(service, one.getSpec().getSelector());
    if (!reached.isEmpty()) {
      lastReached.put(name, reached);
    }
    Set<Where> wantedMeanwhile = wantedSinceServed.computeIfAbsent(name, none -> new TreeSet<>());
    wantedMeanwhile.add(wanted);
    // Endpoints follow a selector some time later: until then they are those of the side before, or
    // of a side that the selector named only for a moment.
    boolean excused =
        Stream.concat(wantedMeanwhile.stream(), lastReached.getOrDefault(name, Set.of()).stream())
            .anyMatch(side -> scene.isDestroyed(service, side));
    if (served) {
      wantedMeanwhile.clear();
    }
    // Somebody has pointed it at a blue that the migration has deleted: nobody can help that
    // moment, and the endpoints of green come back a little after the selector.
    boolean astray =
        scene.contested.contains(service) && scene.wasBegun(service, Verbs.DELETE_BLUE);
    if (!served && !excused && !astray) {
      throw new AssertionError(
          "Service " + name + ", on " + wanted + ", has no ready endpoint: " + reachable);
    }
  }

  /**
   * Whether the endpoints of a Service are ready pods of that side alone, or were until just now.
   */
  boolean reachesOnly(Where side, String service) {
    return lastReached.getOrDefault(service, Set.of()).equals(Set.of(side));
  }

  private List<String> reachable(String service) {
    return world
        .server
        .get(EndpointSlice.class, World.NAMESPACE, service + "-slice")
        .map(
            slice ->
                slice.getEndpoints().stream()
                    .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                    .map(endpoint -> endpoint.getTargetRef().getName())
                    .toList())
        .orElse(List.of());
  }
}
