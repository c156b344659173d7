/**
 * The reconciler of Migrations: observe, decide, record, act, wait.
 *
 * <p>{@link dev.godwit.operator.reconcile.MigrationEngine} does it over interfaces and knows
 * nothing of the operator framework; {@link dev.godwit.operator.reconcile.MigrationReconciler}
 * connects it. Must not import {@code dev.godwit.operator}.
 */
package dev.godwit.operator.reconcile;
