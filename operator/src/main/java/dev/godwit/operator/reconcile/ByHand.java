package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.step.Member;
import dev.godwit.operator.step.Verbs;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person would run to move the traffic that the operator can't, when it is stuck on the way
 * back. What else there is to do is said by the step that is stuck.
 */
final class ByHand {

  private final String namespace;
  private final Journal journal;

  private ByHand(String namespace, Journal journal) {
    this.namespace = namespace;
    this.journal = journal;
  }

  /** The end of a message; empty where there is no such command. */
  static String commands(String namespace, List<ServicePlan> services, Journal journal) {
    ByHand hand = new ByHand(namespace, journal);
    String commands =
        services.stream()
            .flatMap(
                service ->
                    service.inPlace().isPresent() ? hand.members(service) : hand.traffic(service))
            .collect(Collectors.joining("; "));
    return commands.isEmpty() ? "" : ". To do it by hand: " + commands;
  }

  private Stream<String> traffic(ServicePlan service) {
    return failed(service.step(Verbs.SWITCH))
        .flatMap(entry -> entry.preImage().selectors().entrySet().stream())
        .sorted(Map.Entry.comparingByKey())
        .map(
            selector ->
                "kubectl patch service %s --namespace=%s --type=merge --patch='%s'"
                    .formatted(selector.getKey(), namespace, Selectors.patch(selector.getValue())));
  }

  private Stream<String> members(ServicePlan service) {
    return Member.of(service).stream()
        .flatMap(member -> failed(member.step(Verbs.OUT)).map(entry -> comeIn(member)));
  }

  private String comeIn(Member member) {
    String pods =
        member.ordinal().isPresent()
            ? "pod " + member.name()
            : "pods --selector="
                + member.plan().inPlace().orElseThrow().selector().entrySet().stream()
                    .map(label -> label.getKey() + "=" + label.getValue())
                    .sorted()
                    .collect(Collectors.joining(","));
    return "kubectl label %s --namespace=%s %s=%s"
        .formatted(pods, namespace, Marks.ROTATION, Marks.IN);
  }

  private Stream<Entry> failed(String step) {
    return journal.find(step).stream().filter(entry -> entry.state() == StepState.UNDO_FAILED);
  }
}
