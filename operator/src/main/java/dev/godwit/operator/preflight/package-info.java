/**
 * What is checked before anything is touched, and what is frozen when all of it holds: small, named
 * checks over facts that were read for them.
 *
 * <p>May import {@code guard}, {@code step}, {@code resource}, {@code plan}, the API types and the
 * model types of Kubernetes; no client, no clock, no logger, no randomness.
 */
package dev.godwit.operator.preflight;
