/**
 * The steps of which plans are made, a file each: pure data with pure logic.
 *
 * <p>May import {@code resource}, {@code plan}, the API types and the model types of Kubernetes; no
 * client, no clock, no logger, no randomness.
 */
package dev.godwit.operator.step;
