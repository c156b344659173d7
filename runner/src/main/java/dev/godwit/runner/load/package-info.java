/**
 * The load generator: sends requests at a constant rate, whatever the answers do, to two versions
 * in turns, and reports what came of it.
 *
 * <p>One thread decides when a request is due ({@link dev.godwit.runner.load.LoadGenerator}); the
 * threads of {@link dev.godwit.runner.load.Senders}, one a connection, send them; a {@link
 * dev.godwit.runner.load.Tally} counts. Latencies begin when a request was due, not when it was
 * sent: a target that makes requests wait is charged with all of the wait.
 */
package dev.godwit.runner.load;
