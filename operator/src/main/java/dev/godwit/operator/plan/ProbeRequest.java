package dev.godwit.operator.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A question that is asked of pods again and again for as long as decisions name it.
 *
 * @param id unique among the probes of a migration; the count of failures goes by it
 * @param addresses IP addresses of the pods that serve now
 * @param failures from how many failures in a row on the operator looks at once
 * @param limits the operator looks at once when the answers, taken together, leave them
 * @param nobody what is wrong with a round while there are no addresses; empty where others say
 *     that no pod serves, and then there is no round
 */
public record ProbeRequest(
    String id,
    Question question,
    List<String> addresses,
    Duration interval,
    Duration timeout,
    int failures,
    AnswerLimits limits,
    Optional<String> nobody) {}
