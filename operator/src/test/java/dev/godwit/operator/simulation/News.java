package dev.godwit.operator.simulation;

/** How much what was heard matters, from the least to the most. */
enum News {
  /** Nothing that a migration looks at. */
  NONE,

  /** What can lead to a message only, by the operator's own word. */
  CAN_WAIT,

  /** What a migration must look at at once. */
  URGENT;

  /** The greater one. */
  News or(News other) {
    return compareTo(other) < 0 ? other : this;
  }
}
