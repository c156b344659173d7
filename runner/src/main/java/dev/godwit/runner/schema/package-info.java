/**
 * {@code runner schema}: brings versions of a PostgreSQL schema and takes them back, says before
 * what that would do, and afterwards in what the schema differs from what it was.
 *
 * <p>{@link dev.godwit.runner.schema.SchemaCommand} reads the order. {@link
 * dev.godwit.runner.schema.Planner} answers {@code PLAN}, {@link dev.godwit.runner.schema.Mover}
 * carries out {@code UP} and {@code DOWN}, a version at a time. One {@link
 * dev.godwit.runner.schema.Session} does all of it and holds the {@link
 * dev.godwit.runner.schema.Fence}; what is applied is what {@link dev.godwit.runner.schema.History}
 * says, read against the catalogue by {@link dev.godwit.runner.schema.Progress}.
 */
package dev.godwit.runner.schema;
