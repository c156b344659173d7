/**
 * The operator on a real cluster, under load: what users are promised, each promise a test.
 *
 * <p>The operator under test is the one that {@code make install} put into the cluster. Every test
 * has a namespace of its own ({@link dev.godwit.operator.e2e.Sandbox}), so they run side by side;
 * those that stop the operator run when none of the others do ({@link
 * dev.godwit.operator.e2e.EndToEnd#ALONE}). Load is generated inside the cluster's own network
 * ({@link dev.godwit.operator.e2e.Load}), and what makes a test of "no request is lost" worth
 * something is in {@code HarnessIT}: there the protection is taken out, and requests do get lost.
 */
package dev.godwit.operator.e2e;
