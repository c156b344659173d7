package dev.godwit.operator.preflight;

import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.resource.GreenLabels;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What must hold of the Services whose traffic is moved. */
final class TrafficChecks {

  static final List<Function<Subject, Stream<Problem>>> ALL =
      List.of(
          TrafficChecks::exist,
          TrafficChecks::selectTheWorkload,
          TrafficChecks::selectNothingElse,
          TrafficChecks::areHeldByNobodyElse,
          TrafficChecks::greenCanBeToldApart,
          TrafficChecks::greenLabelsAreFree);

  private TrafficChecks() {}

  private static Stream<Problem> exist(Subject subject) {
    if (subject.namedServices().isEmpty()) {
      return subject.traffic().isEmpty()
          ? Stream.of(
              subject.problem(
                  "traffic",
                  "no Service selects the pods of "
                      + subject.title()
                      + " (labelled "
                      + labels(subject)
                      + "): there is no traffic to switch"))
          : Stream.empty();
    }
    return subject.namedServices().get().stream()
        .filter(name -> subject.facts().service(name).isEmpty())
        .map(name -> subject.problem("traffic", "Service " + name + " does not exist"));
  }

  private static Stream<Problem> selectTheWorkload(Subject subject) {
    return subject.traffic().stream()
        .flatMap(service -> fault(subject, service).stream())
        .map(message -> subject.problem("traffic", message));
  }

  private static Optional<String> fault(Subject subject, Service service) {
    String which = "Service " + service.getMetadata().getName();
    Map<String, String> selector = service.getSpec().getSelector();
    if (selector == null || selector.isEmpty()) {
      return Optional.of(which + " has no selector: there is nothing to switch it by");
    }
    if (Subject.isHeadless(service)) {
      return Optional.of(
          which
              + " is headless: its clients keep the pods' addresses, so a switch can't be confirmed");
    }
    if (!subject.isSelectedBy(service)) {
      return Optional.of(
          which
              + " selects no pod of "
              + subject.title()
              + ": its selector is "
              + selector
              + ", the pods are labelled "
              + labels(subject));
    }
    return Optional.empty();
  }

  private static Stream<Problem> selectNothingElse(Subject subject) {
    if (subject.spec().sharedService().isPresent()) {
      return Stream.empty();
    }
    return subject.traffic().stream()
        .flatMap(
            service ->
                subject.facts().workloads().stream()
                    .filter(other -> !isOwn(subject, other))
                    .filter(other -> other.isSelectedBy(service))
                    .map(
                        other ->
                            subject.problem(
                                "traffic",
                                "Service "
                                    + service.getMetadata().getName()
                                    + " selects the pods of "
                                    + other.title()
                                    + " too: "
                                    + (subject.isInPlace()
                                        ? "name it as traffic.sharedService"
                                        : "a switch would take traffic from them"))));
  }

  private static boolean isOwn(Subject subject, Workload other) {
    return other.title().equals(subject.title())
        // That the replacement is selected already is said in words of its own.
        || subject.replacement().filter(other.object()::equals).isPresent();
  }

  private static Stream<Problem> areHeldByNobodyElse(Subject subject) {
    Stream<HasMetadata> objects =
        Stream.of(
                Stream.of(subject.original().object()),
                subject.replacement().stream(),
                subject.traffic().stream())
            .flatMap(stream -> stream);
    return objects.flatMap(
        object ->
            Marks.holder(object).stream()
                .filter(holder -> !holder.equals(subject.migration()))
                .map(
                    holder ->
                        subject.problem(
                            object instanceof Service ? "traffic" : "workload",
                            object.getKind()
                                + " "
                                + object.getMetadata().getName()
                                + " is held by Migration "
                                + holder
                                + ": wait until that has ended, or delete it")));
  }

  private static Stream<Problem> greenCanBeToldApart(Subject subject) {
    if (subject.spec().replacement() != null || subject.isInPlace()) {
      return Stream.empty();
    }
    Optional<String> wished = Optional.ofNullable(subject.spec().green()).map(g -> g.label());
    return GreenLabels.choose(subject.blue(), subject.selecting(), wished).isPresent()
        ? Stream.empty()
        : Stream.of(
            subject.problem(
                wished.isPresent() ? "green.label" : "workload",
                "no change of label values takes green out of the selectors of Deployment "
                    + subject.workload()
                    + " and of the Services that select it"
                    + wished
                        .map(key -> ", with a label " + key + " that the pods carry")
                        .orElse("")));
  }

  private static Stream<Problem> greenLabelsAreFree(Subject subject) {
    if (subject.spec().replacement() != null || subject.isInPlace()) {
      return Stream.empty();
    }
    Optional<String> wished = Optional.ofNullable(subject.spec().green()).map(g -> g.label());
    Map<String, String> green =
        GreenLabels.choose(subject.blue(), subject.selecting(), wished).orElse(Map.of());
    return subject.facts().deployments().stream()
        .filter(other -> !green.isEmpty())
        .filter(other -> Selectors.podLabels(other).entrySet().containsAll(green.entrySet()))
        .map(
            other ->
                subject.problem(
                    "green.label",
                    "the pods of Deployment "
                        + other.getMetadata().getName()
                        + " carry the labels already that would tell green apart ("
                        + green
                        + "): choose another label"));
  }

  private static Map<String, String> labels(Subject subject) {
    return subject.labels();
  }
}
