/**
 * Pure builders of the objects that the operator creates, of the patches that it writes, and
 * readers of those that it finds.
 *
 * <p>Pure: no client, no clock, no logger, no randomness. May import {@code plan}, the API types,
 * the model types of Kubernetes and Jackson, nothing else.
 */
package dev.godwit.operator.resource;
