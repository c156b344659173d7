package dev.godwit.operator.plan;

import java.time.Instant;

/** All that a step or a guard may look at: the cluster, the journal and the time. */
public record Situation(Observation seen, Journal journal, Journal.Entry entry, Instant now) {}
