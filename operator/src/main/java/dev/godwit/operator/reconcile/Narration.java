package dev.godwit.operator.reconcile;

/**
 * One thing that happened, as it is told in an event.
 *
 * @param warning whether a person should look
 * @param reason one CamelCase word
 */
public record Narration(boolean warning, String reason, String message) {}
