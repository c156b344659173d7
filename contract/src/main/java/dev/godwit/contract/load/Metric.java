package dev.godwit.contract.load;

/** What two versions are compared by. */
public enum Metric {
  /** How long an answer takes; less is better. */
  RESPONSE_TIME,
  /** Answers as expected per second; more is better. */
  THROUGHPUT,
  /** Processor time; less is better. */
  CPU,
  /** Memory; less is better. */
  MEMORY;

  /** Whether a change of that sign is for the worse. */
  boolean isWorse(double change) {
    return switch (this) {
      case RESPONSE_TIME, CPU, MEMORY -> change > 0;
      case THROUGHPUT -> change < 0;
    };
  }
}
