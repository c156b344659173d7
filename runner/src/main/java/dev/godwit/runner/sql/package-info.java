/**
 * {@code runner sql}: asks a PostgreSQL database whether something holds, once or again and again.
 * Nothing of a database's password, and no value from a row, gets into what it says.
 */
package dev.godwit.runner.sql;
