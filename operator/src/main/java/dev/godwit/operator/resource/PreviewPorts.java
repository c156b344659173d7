package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The ports of green's own Service. */
final class PreviewPorts {

  private PreviewPorts() {}

  /**
   * The ports of all the Services, those of the first by name first; where several have the same
   * number, the first wins. Without a Service that has ports, those that green's containers
   * declare.
   */
  static List<ServicePort> of(Map<String, Service> traffic, Deployment green) {
    List<ServicePort> ports = ofServices(traffic).toList();
    return unique(ports.isEmpty() ? ofContainers(green).toList() : ports);
  }

  /** The port that a Service is asked at when nobody says which: its first. */
  static Optional<Integer> first(Service service) {
    return service.getSpec().getPorts().stream().findFirst().map(ServicePort::getPort);
  }

  /** The port at which a pod is asked what the Service's first port leads to. */
  static Optional<Integer> ofPods(Service service, PodTemplateSpec template) {
    return service.getSpec().getPorts().stream()
        .findFirst()
        .flatMap(port -> target(port, template));
  }

  private static Optional<Integer> target(ServicePort port, PodTemplateSpec template) {
    IntOrString target = port.getTargetPort();
    if (target == null) {
      return Optional.of(port.getPort());
    }
    return target.getIntVal() != null
        ? Optional.of(target.getIntVal())
        : template.getSpec().getContainers().stream()
            .flatMap(container -> container.getPorts().stream())
            .filter(declared -> target.getStrVal().equals(declared.getName()))
            .map(ContainerPort::getContainerPort)
            .findFirst();
  }

  private static Stream<ServicePort> ofServices(Map<String, Service> traffic) {
    return new TreeMap<>(traffic)
        .values().stream().flatMap(service -> service.getSpec().getPorts().stream());
  }

  private static Stream<ServicePort> ofContainers(Deployment green) {
    return green.getSpec().getTemplate().getSpec().getContainers().stream()
        .flatMap(container -> container.getPorts().stream())
        .map(PreviewPorts::of);
  }

  private static ServicePort of(ContainerPort port) {
    return new ServicePortBuilder()
        .withName(port.getName())
        .withPort(port.getContainerPort())
        .withProtocol(port.getProtocol())
        .withTargetPort(new IntOrString(port.getContainerPort()))
        .build();
  }

  private static List<ServicePort> unique(List<ServicePort> ports) {
    Map<String, ServicePort> byNumber = new LinkedHashMap<>();
    ports.forEach(port -> byNumber.putIfAbsent(number(port), port));
    Set<String> names = new TreeSet<>();
    return byNumber.values().stream()
        .map(
            port ->
                new ServicePortBuilder(port)
                    .withNodePort(null)
                    .withName(byNumber.size() == 1 ? port.getName() : name(port, names))
                    .build())
        .toList();
  }

  /** A name that none of the ports before has; a Service with several ports must name each. */
  private static String name(ServicePort port, Set<String> taken) {
    String name = port.getName() == null ? "port-" + number(port) : port.getName();
    if (!taken.add(name)) {
      name = Names.suffixed(name, "-" + number(port), Names.LABEL_LENGTH);
      taken.add(name);
    }
    return name;
  }

  private static String number(ServicePort port) {
    String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
    return protocol.equals("TCP")
        ? port.getPort().toString()
        : port.getPort() + "-" + protocol.toLowerCase(Locale.ROOT);
  }
}
