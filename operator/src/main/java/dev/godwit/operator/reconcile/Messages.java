package dev.godwit.operator.reconcile;

/** Keeps messages within what an API object and a reader can take. */
final class Messages {

  /** The longest message of a status, in characters. */
  static final int STATUS = 1024;

  /** The longest message of a step, in characters: 64 services have a thousand steps. */
  static final int STEP = 512;

  /** The longest message that the API takes in a core/v1 event, in characters. */
  static final int EVENT = 1024;

  private Messages() {}

  static String shortened(String message, int longest) {
    return message.length() <= longest ? message : message.substring(0, longest - 1) + "…";
  }
}
