package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Chooses the labels that tell green's pods from blue's. */
public final class GreenLabels {

  /** Of sets that are equally small, the one whose keys come first here is taken. */
  private static final List<String> PREFERRED =
      List.of("app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "k8s-app");

  private static final String GREEN = "green";
  private static final Pattern IS_GREEN = Pattern.compile("(.*)-green(?:-([0-9]{1,6}))?");

  private final Map<String, String> podLabels;
  private final LabelSelector selector;
  private final List<Map<String, String>> services;

  private GreenLabels(Deployment blue, List<Service> selecting) {
    this.podLabels = Selectors.podLabels(blue);
    this.selector = blue.getSpec().getSelector();
    this.services =
        selecting.stream()
            .map(service -> service.getSpec().getSelector())
            .filter(labels -> labels != null)
            .toList();
  }

  /**
   * The smallest set of labels, with green's values, that takes pods out of blue's selector and out
   * of every given Service's. One key of a selector is enough to leave it.
   *
   * <p>Green's value is {@code VALUE-green}. Where blue is itself what an earlier migration brought
   * ({@code orders-green}), it is counted on ({@code orders-green-2}, {@code orders-green-3})
   * rather than taken back, for what the first version left behind may still go by {@code orders}.
   *
   * @param selecting the Services that select blue's pods
   * @param wished the key that must be among them
   * @return empty if no change of values does it, or if blue's pods don't carry the wished key
   */
  public static Optional<Map<String, String>> choose(
      Deployment blue, List<Service> selecting, Optional<String> wished) {
    return new GreenLabels(blue, selecting).choose(wished);
  }

  private Optional<Map<String, String>> choose(Optional<String> wished) {
    if (wished.isPresent() && !podLabels.containsKey(wished.get())) {
      return Optional.empty();
    }
    List<String> keys = candidates();
    wished.ifPresent(keys::remove);
    List<String> chosen = new ArrayList<>(wished.stream().toList());
    if (!isEnough(concat(chosen, keys))) {
      return Optional.empty();
    }
    for (int more = chosen.isEmpty() ? 1 : 0; more <= keys.size(); more++) {
      if (grow(chosen, keys, 0, more)) {
        return Optional.of(changed(chosen));
      }
    }
    return Optional.empty();
  }

  /** Tries every way to add that many keys; what suffices is left in {@code chosen}. */
  private boolean grow(List<String> chosen, List<String> keys, int from, int more) {
    if (more == 0) {
      return isEnough(chosen);
    }
    for (int next = from; next <= keys.size() - more; next++) {
      chosen.addLast(keys.get(next));
      if (grow(chosen, keys, next + 1, more - 1)) {
        return true;
      }
      chosen.removeLast();
    }
    return false;
  }

  private boolean isEnough(List<String> keys) {
    Map<String, String> labels = new TreeMap<>(podLabels);
    labels.putAll(changed(keys));
    return !Selectors.matches(selector, labels)
        && services.stream().noneMatch(service -> Selectors.matches(service, labels));
  }

  /** The keys that pods are selected by and carry, the preferred ones first. */
  private List<String> candidates() {
    Set<String> keys = new TreeSet<>(Selectors.matchLabels(selector).keySet());
    Selectors.expressions(selector).forEach(expression -> keys.add(expression.getKey()));
    services.forEach(service -> keys.addAll(service.keySet()));
    keys.retainAll(podLabels.keySet());
    List<String> sorted = new ArrayList<>(keys);
    sorted.sort(Comparator.comparingInt(GreenLabels::rank));
    return sorted;
  }

  private static int rank(String key) {
    int rank = PREFERRED.indexOf(key);
    return rank < 0 ? PREFERRED.size() : rank;
  }

  private Map<String, String> changed(List<String> keys) {
    Map<String, String> labels = new TreeMap<>();
    keys.forEach(key -> labels.put(key, greenValue(key)));
    return labels;
  }

  /** The first of VALUE-green, VALUE-green-2 and so on that no selector names already. */
  private String greenValue(String key) {
    Set<String> named = named(key);
    String value = next(podLabels.get(key));
    while (named.contains(value)) {
      value = next(value);
    }
    return value;
  }

  private Set<String> named(String key) {
    Set<String> values = new TreeSet<>();
    Optional.ofNullable(Selectors.matchLabels(selector).get(key)).ifPresent(values::add);
    Selectors.expressions(selector).stream()
        .filter(expression -> expression.getKey().equals(key))
        .map(LabelSelectorRequirement::getValues)
        .forEach(values::addAll);
    services.forEach(service -> Optional.ofNullable(service.get(key)).ifPresent(values::add));
    return values;
  }

  private static String next(String value) {
    Matcher green = IS_GREEN.matcher(value);
    if (green.matches()) {
      int number = green.group(2) == null ? 1 : Integer.parseInt(green.group(2));
      String suffix = "-" + GREEN + "-" + (number + 1);
      return Names.suffixed(green.group(1), suffix, Names.LABEL_LENGTH);
    }
    return value.isEmpty() ? GREEN : Names.suffixed(value, "-" + GREEN, Names.LABEL_LENGTH);
  }

  private static List<String> concat(List<String> a, List<String> b) {
    List<String> both = new ArrayList<>(a);
    both.addAll(b);
    return both;
  }
}
