/**
 * The versions of a schema as they are written down: what a SchemaMigration says inline or in
 * ConfigMaps is read into an ordered {@link dev.godwit.operator.schema.Catalogue}, or into all that
 * is wrong with it; and a catalogue is packed into what can be mounted by a Job.
 *
 * <p>Pure: no client, no clock, no logger, no randomness. May import the API types, the contract
 * with the Jobs, Jackson and the JDK, nothing else.
 */
package dev.godwit.operator.schema;
