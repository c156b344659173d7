package dev.godwit.runner.sql;

/** What became of a question. */
sealed interface Answer {

  /** What is asked about holds. */
  record Good() implements Answer {}

  /**
   * It does not hold, or can't be asked like this.
   *
   * @param why in words, without any value from a row
   */
  record Bad(String why) implements Answer {}

  /**
   * Nobody answered: whether it holds is not known.
   *
   * @param why in words
   */
  record Unknown(String why) implements Answer {}
}
