package dev.godwit.operator.plan;

import java.time.Instant;

/**
 * How a {@link ProbeRequest} stands.
 *
 * @param asked when the last round that has ended began: all of its answers are to questions that
 *     were asked then or later
 * @param failures rounds in a row in which a pod did not answer well; 0 after a good one
 * @param message what the last bad round found
 * @param answers all that was answered lately
 */
public record ProbeState(Instant asked, int failures, String message, Answers answers) {}
