package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is found in a text. What concerns something that the same text has made before is
 * none: nobody has it yet.
 */
final class Found {

  private final String version;
  private final List<Finding> findings = new ArrayList<>();
  private final Made made = new Made();

  Found(String version) {
    this.version = version;
  }

  Made made() {
    return made;
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /**
   * Adds one.
   *
   * @param object null: none, or none that could be told
   * @param lock null: none that keeps readers or writers waiting
   */
  void add(int line, Kind kind, Name object, Lock lock) {
    if (object == null || !made.has(object)) {
      addAnyway(line, kind, object, lock);
    }
  }

  /** Adds one on something that need not be in the namespace of tables. */
  void addAnyway(int line, Kind kind, Name object, Lock lock) {
    String written = object == null ? null : object.written();
    findings.add(new Finding(version, line, kind, written, lock, null));
    if (kind == Kind.PROGRAM) {
      made.forgetAll();
    }
  }

  /** How many there are, for {@link #notKnown}. */
  int size() {
    return findings.size();
  }

  /** Says of a statement that nobody knows what it does, whatever was found in it up to now. */
  void notKnown(int line, int before) {
    findings.subList(before, findings.size()).clear();
    findings.add(new Finding(version, line, Kind.UNPARSED, null, null, null));
    made.forgetAll();
  }
}
