/**
 * How a PostgreSQL database is reached, and how what its server says is put into words. Nothing of
 * a password, and no value from a row, gets into them.
 */
package dev.godwit.runner.database;
