package dev.godwit.runner.lint;

/** A statement, or a part of one, is none of those whose effect is known. */
final class NotKnown extends Exception {

  NotKnown() {
    super("", null, false, false);
  }
}
