package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Migration;

/** Where events about Migrations go. */
@FunctionalInterface
public interface Events {

  /**
   * Publishes an event. Neither blocks nor fails: an event that can't be written is lost.
   *
   * @param warning whether a person should look
   * @param reason one CamelCase word
   * @param message at most 1024 characters
   */
  void publish(Migration about, boolean warning, String reason, String message);
}
