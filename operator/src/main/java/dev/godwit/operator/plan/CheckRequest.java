package dev.godwit.operator.plan;

import java.time.Duration;
import java.util.List;

/**
 * A question to pods that is asked until it was answered well by all, or too often not.
 *
 * @param id unique among the checks of a migration, and another one for another attempt of a step
 * @param addresses IP addresses of the pods; all must answer well
 * @param attempts how often it is asked at the most, one second apart
 */
public record CheckRequest(
    String id, Question question, List<String> addresses, Duration timeout, int attempts) {}
