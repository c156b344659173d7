package dev.godwit.operator.simulation;

import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Answers each check after a while; a new process knows of none. */
final class FakeChecks implements Checks {

  private final World world;
  private final Predicate<CheckRequest> passes;
  private final Map<String, Asked> asked = new TreeMap<>();
  private long told;

  private record Asked(CheckRequest request, Instant answered) {}

  FakeChecks(World world, Predicate<CheckRequest> passes) {
    this.world = world;
    this.passes = passes;
  }

  @Override
  public void run(HasMetadata migration, CheckRequest request) {
    asked.computeIfAbsent(
        request.id(),
        id -> {
          Instant answered = world.now().plus(world.seconds(0, 4));
          world.alarm(answered);
          return new Asked(request, answered);
        });
  }

  @Override
  public Map<String, CheckResult> results(HasMetadata migration) {
    return asked.entrySet().stream()
        .filter(entry -> !world.now().isBefore(entry.getValue().answered()))
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> result(entry.getValue().request())));
  }

  private CheckResult result(CheckRequest request) {
    return passes.test(request)
        ? new CheckResult(true, "")
        : new CheckResult(
            false, "GET " + request.addresses().getFirst() + ": expected 200 but was 500");
  }

  @Override
  public void forget(HasMetadata migration) {
    asked.clear();
    told = 0;
  }

  /** Whether a check has ended that had not the last time this was asked. */
  boolean hasNews() {
    long ended =
        asked.values().stream().filter(one -> !world.now().isBefore(one.answered())).count();
    boolean news = ended != told;
    told = ended;
    return news;
  }
}
