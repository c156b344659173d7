package dev.godwit.operator.e2e;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that fails is repeated once, since a machine that starves the cluster lets one fail for
 * want of time. One that has lost requests fails again, whatever it would find: no want of time
 * loses a request.
 */
final class NoSecondChance implements BeforeTestExecutionCallback, AfterTestExecutionCallback {

  /** The repetition is in the same process. */
  private static final Map<String, LostRequests> LOST = new ConcurrentHashMap<>();

  @Override
  public void beforeTestExecution(ExtensionContext test) {
    LostRequests lost = LOST.get(test.getUniqueId());
    if (lost != null) {
      throw new AssertionError("it had lost requests, and is not asked again", lost);
    }
  }

  @Override
  public void afterTestExecution(ExtensionContext test) {
    test.getExecutionException()
        .filter(LostRequests.class::isInstance)
        .map(LostRequests.class::cast)
        .ifPresent(lost -> LOST.put(test.getUniqueId(), lost));
  }
}
