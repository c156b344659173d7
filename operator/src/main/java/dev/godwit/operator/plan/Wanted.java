package dev.godwit.operator.plan;

/** What a Migration wants of a SchemaMigration that is one of its stages. */
public enum Wanted {
  /** That it runs, and stands by. */
  RUN("Run"),
  /** That it goes back. */
  TAKE_BACK("TakeBack"),
  /** That it ends with what it has brought. */
  KEEP("Keep");

  private final String word;

  Wanted(String word) {
    this.word = word;
  }

  /** The word that is the mark. */
  public String word() {
    return word;
  }
}
