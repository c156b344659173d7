package dev.godwit.operator.cluster;

/** The API server refuses a write, and would refuse it again: the user must mend something. */
public final class RejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Carries what the API server said, with the object's name. */
  public RejectedException(String message, Throwable cause) {
    super(message, cause);
  }
}
