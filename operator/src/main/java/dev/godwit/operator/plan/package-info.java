/**
 * The one engine that drives every migration: a plan, its journal, and a planner that decides.
 *
 * <p>Pure: no client, no clock, no logger, no randomness. May import the JDK, the API types of the
 * project and the model types of Kubernetes, nothing else.
 */
package dev.godwit.operator.plan;
