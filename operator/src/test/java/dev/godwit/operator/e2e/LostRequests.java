package dev.godwit.operator.e2e;

/** Requests have failed: what nothing mends that comes afterwards. */
final class LostRequests extends AssertionError {

  private static final long serialVersionUID = 1L;

  LostRequests(String summary) {
    super(summary);
  }
}
