package dev.godwit.operator.plan;

import io.fabric8.kubernetes.api.model.batch.v1.Job;

/**
 * A Job and the end of what it wrote.
 *
 * @param logTail the last lines of the log of a Job that failed, else empty
 */
public record JobView(Job job, String logTail) {}
