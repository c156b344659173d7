package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Where events about migrations go. */
@FunctionalInterface
public interface Events {

  /**
   * Publishes an event. Neither blocks nor fails: an event that can't be written is lost.
   *
   * @param warning whether a person should look
   * @param reason one CamelCase word
   * @param message at most 1024 characters
   */
  void publish(HasMetadata about, boolean warning, String reason, String message);
}
