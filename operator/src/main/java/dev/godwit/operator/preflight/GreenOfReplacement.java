package dev.godwit.operator.preflight;

import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How the pods of a Deployment that exists already are told from blue's. */
final class GreenOfReplacement {

  private GreenOfReplacement() {}

  /** Why a Service can't be switched to pods with these labels, if it can't. */
  static Optional<String> problem(Service service, Map<String, String> labels, String name) {
    Map<String, String> selector = service.getSpec().getSelector();
    String which = "Service " + service.getMetadata().getName();
    List<String> missing =
        selector.keySet().stream().filter(key -> !labels.containsKey(key)).sorted().toList();
    if (!missing.isEmpty()) {
      return Optional.of(
          which
              + " selects by "
              + String.join(", ", missing)
              + ", which the pods of Deployment "
              + name
              + " are not labelled with");
    }
    boolean selected =
        selector.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())));
    return selected
        ? Optional.of(
            which
                + " selects the pods of Deployment "
                + name
                + " already: give them another value for one of "
                + String.join(", ", selector.keySet()))
        : Optional.empty();
  }

  /** The labels that the Services select by, with the values of these pods. */
  static Map<String, String> labels(List<Service> services, Map<String, String> labels) {
    Map<String, String> chosen = new TreeMap<>();
    services.forEach(
        service ->
            service
                .getSpec()
                .getSelector()
                .keySet()
                .forEach(
                    key ->
                        Optional.ofNullable(labels.get(key)).ifPresent(v -> chosen.put(key, v))));
    return chosen;
  }
}
