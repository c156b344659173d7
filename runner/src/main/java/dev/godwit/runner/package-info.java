/**
 * What runs inside the operator's Jobs: a main with a subcommand for each kind of work, told by a
 * JSON document what to do, and answering with a line of JSON.
 *
 * <p>Knows neither Kubernetes nor the operator; what both must agree about is in {@code
 * dev.godwit.contract}.
 */
package dev.godwit.runner;
