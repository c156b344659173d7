package dev.godwit.operator.plan;

import java.util.Optional;

/**
 * The image of the Jobs in which the operator's own programs run.
 *
 * @param name as a container names it
 * @param pullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}; empty: the cluster's
 *     default
 */
public record RunnerImage(String name, Optional<String> pullPolicy) {}
