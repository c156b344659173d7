/**
 * The program: main, configuration, wiring, metrics, health and leadership. May import everything;
 * nothing may import it.
 */
package dev.godwit.operator;
