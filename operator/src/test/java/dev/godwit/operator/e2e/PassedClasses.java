package dev.godwit.operator.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the simple name of each class whose tests have all passed to a file, a line each, as soon
 * as they have. So what has passed is known of a run that failed or was ended, too, and {@code
 * dev/test.sh} leaves it out the next time. What passes only when it is repeated in the same run is
 * not among them, and is tested again.
 *
 * <p>JUnit finds it by itself. Without the system property {@link #FILE} it does nothing.
 */
public final class PassedClasses implements TestExecutionListener {

  /** The system property that names the file. It is created, and added to. */
  static final String FILE = "godwit.passed";

  private final Optional<Path> file;

  /** The tests, and what else runs in a plan, in or under which something did not succeed. */
  private final Set<UniqueId> failed = ConcurrentHashMap.newKeySet();

  private volatile TestPlan plan;

  /** For JUnit: writes to where the system property says. */
  public PassedClasses() {
    this(Optional.ofNullable(System.getProperty(FILE)).map(Path::of));
  }

  PassedClasses(Optional<Path> file) {
    this.file = file;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan testPlan) {
    plan = testPlan;
  }

  @Override
  public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.FAILED) {
      fail(identifier);
    }
    if (identifier.getSource().orElse(null) instanceof ClassSource source
        && !failed.contains(identifier.getUniqueIdObject())) {
      file.ifPresent(to -> append(to, source.getJavaClass().getSimpleName()));
    }
  }

  private void fail(TestIdentifier identifier) {
    failed.add(identifier.getUniqueIdObject());
    plan.getParent(identifier).ifPresent(this::fail);
  }

  private static synchronized void append(Path file, String name) {
    try {
      Files.writeString(file, name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
