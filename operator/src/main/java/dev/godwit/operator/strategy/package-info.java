/**
 * The compilers from a specification to a plan, one a strategy.
 *
 * <p>May import {@code preflight}, {@code guard}, {@code step}, {@code resource}, {@code plan}, the
 * API types and the model types of Kubernetes; no client, no clock, no logger, no randomness.
 */
package dev.godwit.operator.strategy;
