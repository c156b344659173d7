package dev.godwit.operator.plan;

import java.time.Duration;
import java.util.List;

/**
 * A question that is asked of pods again and again for as long as decisions name it.
 *
 * @param id unique among the probes of a migration; the count of failures goes by it
 * @param addresses IP addresses of the pods that serve now
 * @param failures from how many failures in a row on the operator looks at once
 * @param limits the operator looks at once when the answers, taken together, leave them
 */
public record ProbeRequest(
    String id,
    Question question,
    List<String> addresses,
    Duration interval,
    Duration timeout,
    int failures,
    AnswerLimits limits) {}
