package dev.godwit.operator.guard;

import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.step.Member;
import dev.godwit.operator.step.Verbs;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The pods of the new version that serve. */
final class Serving {

  private Serving() {}

  /**
   * Their IP addresses, in order; empty where the new version does not serve yet, or its way back
   * is closed.
   *
   * @param retires whether the way back stays open when the old version was given up
   */
  static Optional<List<String>> addresses(ServicePlan plan, boolean retires, Situation situation) {
    Journal journal = situation.journal();
    if (!journal.wasBegun(plan.step(Verbs.SNAPSHOT))
        || journal.wasBegun(plan.step(Verbs.RELEASE))) {
      return Optional.empty();
    }
    ServiceView view = situation.seen().service(plan.name());
    if (plan.inPlace().isPresent()) {
      return ofMembers(plan, view, journal);
    }
    if (Span.isSince(plan, Verbs.SWITCH, retires, journal)) {
      return Optional.of(ready(Stream.of(plan.preview()), view));
    }
    return retires && journal.isDone(plan.step(Verbs.RETURN))
        ? Optional.of(ready(plan.traffic().stream(), view))
        : Optional.empty();
  }

  /**
   * Their names as metrics have them; empty where the new version does not serve yet, or its way
   * back is closed.
   *
   * @param retires whether the way back stays open when the old version was given up
   */
  static Optional<Side> side(ServicePlan plan, boolean retires, Situation situation) {
    return addresses(plan, retires, situation).map(any -> sideOf(plan, retires, situation));
  }

  /** The IP addresses behind a service's traffic while only the old version is. */
  static List<String> old(ServicePlan plan, Situation situation) {
    return ready(plan.traffic().stream(), situation.seen().service(plan.name()));
  }

  private static Side sideOf(ServicePlan plan, boolean retires, Situation situation) {
    if (plan.inPlace().isPresent()) {
      ServiceView view = situation.seen().service(plan.name());
      return Side.of(
          plan.workload(),
          serving(plan, situation.journal())
              .flatMap(member -> member.pods(view).stream())
              .map(pod -> pod.getMetadata().getName())
              .toList());
    }
    boolean onGreen = Span.isSince(plan, Verbs.SWITCH, retires, situation.journal());
    return Side.ofDeployment(onGreen ? plan.green() : plan.workload());
  }

  private static Stream<Member> serving(ServicePlan plan, Journal journal) {
    return Member.of(plan).stream().filter(member -> journal.isDone(member.step(Verbs.IN)));
  }

  private static Optional<List<String>> ofMembers(
      ServicePlan plan, ServiceView view, Journal journal) {
    List<Member> serving = serving(plan, journal).toList();
    return serving.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Rollouts.addresses(
                serving.stream().flatMap(member -> member.pods(view).stream()).toList()));
  }

  private static List<String> ready(Stream<String> services, ServiceView view) {
    return services
        .flatMap(service -> view.endpointsOf(service).stream())
        .filter(Endpoint::ready)
        .map(Endpoint::address)
        .distinct()
        .sorted()
        .toList();
  }
}
