package dev.godwit.operator.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tests that run side by side, each in a namespace of its own, with one operator for all. Those
 * that have an {@code @Order} take long, and begin first.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(NoSecondChance.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public @interface EndToEnd {

  /** Tag of tests that stop the operator: they run when none of the others do. */
  String ALONE = "alone";

  /** Tag of tests that measure: no load of others may be in their way. */
  String QUIET = "quiet";
}
