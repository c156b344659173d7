/**
 * Whole migrations against a cluster in memory: the real engine, and controllers, people and other
 * tools that act in seeded random order while reads are stale, events get lost and the operator
 * crashes. Invariants are checked after every move.
 */
package dev.godwit.operator.simulation;
