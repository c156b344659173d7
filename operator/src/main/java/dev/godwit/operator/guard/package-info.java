/**
 * The guards that watch while a migration runs, a file each: pure logic over what is observed.
 *
 * <p>May import {@code step}, {@code resource}, {@code plan}, the API types and the model types of
 * Kubernetes; no client, no clock, no logger, no randomness.
 */
package dev.godwit.operator.guard;
