/**
 * The load of a comparison of two versions: what the operator asks of {@code runner load} ({@link
 * dev.godwit.contract.load.LoadPlan}), what it is told ({@link
 * dev.godwit.contract.load.LoadReport}), and what follows from it ({@link
 * dev.godwit.contract.load.Comparison}).
 *
 * <p>Pure: no client, clock, logger or randomness, and nothing but the JDK and Jackson's
 * annotations.
 */
package dev.godwit.contract.load;
