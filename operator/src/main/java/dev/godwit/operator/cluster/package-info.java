/**
 * The border to the cluster: observers turn what is there into records, executors turn decisions
 * into writes, and checks and probes ask pods.
 *
 * <p>The only package that uses the Kubernetes client. Must not import {@code reconcile} or {@code
 * dev.godwit.operator}.
 */
package dev.godwit.operator.cluster;
