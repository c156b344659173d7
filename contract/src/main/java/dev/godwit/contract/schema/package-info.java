/**
 * Versions of a database's schema: what the operator asks of {@code runner schema} ({@link
 * dev.godwit.contract.schema.SchemaOrder}), what it is told ({@link
 * dev.godwit.contract.schema.SchemaReport}), and the files that both know ({@link
 * dev.godwit.contract.schema.SchemaFiles}).
 *
 * <p>Pure: no client, clock, logger or randomness, and nothing but the JDK and Jackson's
 * annotations.
 */
package dev.godwit.contract.schema;
