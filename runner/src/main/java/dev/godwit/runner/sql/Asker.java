package dev.godwit.runner.sql;

/** Asks whether something holds; takes no longer than it may. */
@FunctionalInterface
interface Asker {

  Answer ask();
}
