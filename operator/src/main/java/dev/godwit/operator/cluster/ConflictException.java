package dev.godwit.operator.cluster;

/** An object is not as it was seen: the decision is void, and is made again. */
public final class ConflictException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says which object. */
  public ConflictException(String message, Throwable cause) {
    super(message, cause);
  }
}
