/**
 * What must hold in a database: what the operator asks of {@code runner sql} ({@link
 * dev.godwit.contract.sql.SqlQuestion}), and where the runner finds how to reach it ({@link
 * dev.godwit.contract.sql.DatabaseFiles}).
 *
 * <p>Pure: no client, clock, logger or randomness, and nothing but the JDK and Jackson's
 * annotations.
 */
package dev.godwit.contract.sql;
