package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Rollouts;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The traffic of one service: where its Services point, and where it really goes. */
public final class Traffic {

  private final ServicePlan plan;
  private final ServiceView view;

  /** Of a service as it is seen. */
  public Traffic(ServicePlan plan, ServiceView view) {
    this.plan = plan;
    this.view = view;
  }

  /** Blue's selectors turned towards green: with the values of green's labels. */
  public Map<String, Map<String, String>> towardsGreen(
      Map<String, Map<String, String>> blueSelectors) {
    Map<String, Map<String, String>> selectors = new HashMap<>();
    blueSelectors.forEach(
        (service, selector) -> {
          Map<String, String> towards = new HashMap<>(selector);
          towards.replaceAll((key, value) -> plan.greenLabels().getOrDefault(key, value));
          selectors.put(service, towards);
        });
    return selectors;
  }

  /** The selectors as they are. */
  public Map<String, Map<String, String>> selectors() {
    Map<String, Map<String, String>> selectors = new HashMap<>();
    plan.traffic().stream()
        .map(view.traffic()::get)
        .filter(service -> service != null)
        .forEach(service -> selectors.put(service.getMetadata().getName(), selectorOf(service)));
    return selectors;
  }

  /** The selectors that are neither blue's as recorded nor green's: somebody else set them. */
  public Map<String, Map<String, String>> foreign(Map<String, Map<String, String>> recorded) {
    Map<String, Map<String, String>> green = towardsGreen(recorded);
    Map<String, Map<String, String>> foreign = selectors();
    foreign
        .entrySet()
        .removeIf(
            now ->
                now.getValue().equals(recorded.get(now.getKey()))
                    || now.getValue().equals(green.get(now.getKey())));
    return foreign;
  }

  static Map<String, String> selectorOf(Service service) {
    Map<String, String> selector = service.getSpec().getSelector();
    return selector == null ? Map.of() : selector;
  }

  /** The writes that bring every Service that is there to the selector that is wanted. */
  List<Action> moves(Map<String, Map<String, String>> wanted) {
    List<Action> moves = new ArrayList<>();
    for (String name : plan.traffic()) {
      Service service = view.traffic().get(name);
      if (service != null && !selectorOf(service).equals(wanted.get(name))) {
        moves.add(Changes.selector(service, wanted.get(name)));
      }
    }
    return moves;
  }

  /**
   * How many of green's pods are known to be ready by whoever makes the EndpointSlices, as those of
   * green's own Service show; empty where that is gone.
   */
  OptionalInt knownOnGreen() {
    return view.preview().isPresent()
        ? OptionalInt.of(readyPods(plan.preview()).size())
        : OptionalInt.empty();
  }

  /**
   * Whether the endpoints of every Service are exactly green's ready pods, and enough of them: a
   * patch that was accepted proves nothing.
   */
  boolean isOnGreen(int needed) {
    // At the end of a migration green's own Service may be gone.
    Set<String> green =
        view.preview().isPresent()
            ? readyPods(plan.preview())
            : view.greenPods().stream()
                .filter(Rollouts::isReady)
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.toSet());
    return green.size() >= needed
        && plan.traffic().stream().allMatch(service -> readyPods(service).equals(green));
  }

  /**
   * Whether no Service of the given ones has a pod of green behind it, and each has a ready pod
   * behind it where there is any.
   */
  boolean isOffGreen(Set<String> services, boolean anyReady) {
    Set<String> green = greenPods();
    return services.stream()
        .allMatch(
            service ->
                view.endpointsOf(service).stream().noneMatch(end -> green.contains(end.pod()))
                    && (!anyReady || !readyPods(service).isEmpty()));
  }

  private Set<String> greenPods() {
    Set<String> pods = new HashSet<>();
    view.endpointsOf(plan.preview()).forEach(endpoint -> pods.add(endpoint.pod()));
    view.greenPods().forEach(pod -> pods.add(pod.getMetadata().getName()));
    return pods;
  }

  private Set<String> readyPods(String service) {
    return view.endpointsOf(service).stream()
        .filter(Endpoint::ready)
        .map(Endpoint::pod)
        .collect(Collectors.toSet());
  }
}
