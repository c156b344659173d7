/**
 * What is measured of a service: which metrics, by which queries, and within which limits; pure.
 *
 * <p>May import {@code plan}, the API types and the model types of Kubernetes; no client, no clock,
 * no logger, no randomness.
 */
package dev.godwit.operator.metric;
