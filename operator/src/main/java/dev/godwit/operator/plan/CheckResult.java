package dev.godwit.operator.plan;

/**
 * What came of a {@link CheckRequest} that has ended.
 *
 * @param message on failure: which pod answered what, and to which question
 */
public record CheckResult(boolean passed, String message) {}
