package dev.godwit.operator.plan;

/**
 * How the program of a Job has ended.
 *
 * @param exitCode of its container
 * @param message what it wrote to its termination log; of a text that is longer than such a log can
 *     be, the beginning
 */
public record JobEnd(int exitCode, String message) {}
