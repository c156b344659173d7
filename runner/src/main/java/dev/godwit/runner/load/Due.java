package dev.godwit.runner.load;

import dev.godwit.contract.load.LoadRequest;

/**
 * A request, and when it should be sent.
 *
 * @param dueNanos when, in {@link Time#nanos()}
 * @param deadlineNanos until when its whole answer must have come
 */
record Due(LoadRequest request, long dueNanos, long deadlineNanos) {}
