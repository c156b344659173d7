package dev.godwit.runner.load;

import java.util.ArrayList;
import java.util.List;

/** Keeps every outcome, in the order in which they came. */
final class Recorded implements Outcomes {

  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<Long> lags = new ArrayList<>();

  @Override
  public synchronized void ended(Outcome outcome) {
    outcomes.add(outcome);
  }

  @Override
  public synchronized void lagged(long nanos) {
    lags.add(nanos);
  }

  synchronized List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  synchronized List<Long> lags() {
    return List.copyOf(lags);
  }

  <T extends Outcome> List<T> of(Class<T> kind) {
    return outcomes().stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
