package dev.godwit.operator.plan;

/**
 * How a {@link ProbeRequest} stands.
 *
 * @param failures rounds in a row in which a pod did not answer well; 0 after a good one
 * @param message what the last bad round found
 * @param answers all that was answered lately
 */
public record ProbeState(int failures, String message, Answers answers) {}
