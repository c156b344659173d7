package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.OnTimeout;
import dev.godwit.api.v1alpha1.Retire;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random gates, and how they are answered. They have a randomness of their own: a scenario without
 * gates is what it was before there were any.
 */
final class GateGenerator {

  private static final long ANOTHER = 0x5DEECE66DL;

  private final Random random;

  GateGenerator(long seed) {
    random = new Random(seed * ANOTHER + 1);
    // The first numbers of neighbouring seeds are much alike.
    random.nextLong();
    random.nextLong();
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** The gates of a blue-green migration; now and then null. */
  Gates blueGreen() {
    return gates(false, true);
  }

  /** The gates of a rolling migration; now and then null. */
  Gates rolling(Retire retire) {
    return gates(true, retire == Retire.AT_END);
  }

  private Gates gates(boolean turns, boolean cleanUp) {
    if (!chance(0.35)) {
      return null;
    }
    Gate beforeSwitch = chance(0.8) ? gate("go-live") : null;
    Gate between = turns && chance(0.3) ? gate("next") : null;
    Gate beforeCleanup = cleanUp && chance(0.3) ? gate("clean-up") : null;
    return new Gates(
        beforeSwitch,
        between == null ? null : new Gate(between.approval(), between.window(), null),
        beforeCleanup);
  }

  private Gate gate(String name) {
    Gate.Approval approval =
        new Gate.Approval(
            name,
            any(List.of("1m", "5m")),
            chance(0.5) ? OnTimeout.FAIL : OnTimeout.PROCEED,
            chance(0.4));
    Gate.Window window =
        new Gate.Window(GateRules.EVERY_TEN_MINUTES, any(List.of("3m", "4m", "10m")), "UTC");
    boolean asks = chance(0.6);
    return new Gate(
        asks ? approval : null,
        !asks || chance(0.4) ? window : null,
        chance(0.3) ? any(List.of("1s", "20s")) : null);
  }

  /** How gates are answered: mostly well. */
  List<Approver.Reply> replies() {
    List<Approver.Reply> replies = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      replies.add(chance(0.6) ? Approver.Reply.APPROVE : any(List.of(Approver.Reply.values())));
    }
    return replies;
  }
}
