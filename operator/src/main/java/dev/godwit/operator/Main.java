package dev.godwit.operator;

/** Starts the operator. */
public final class Main {
  private Main() {}

  /**
   * The entry point of the image.
   *
   * @param args flags of the same names as the environment variables, which they override
   */
  public static void main(String[] args) {
    System.out.println("godwit " + String.join(" ", args));
  }
}
