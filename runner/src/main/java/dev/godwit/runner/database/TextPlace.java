package dev.godwit.runner.database;

/**
 * Where something is in a text.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
public record TextPlace(int line, int column) {

  /** The place of the character at an index of the text. */
  public static TextPlace of(String text, int index) {
    int line = 1;
    int start = 0;
    for (int next = text.indexOf('\n'); next >= 0 && next < index; ) {
      line++;
      start = next + 1;
      next = text.indexOf('\n', start);
    }
    return new TextPlace(line, text.codePointCount(start, index) + 1);
  }

  @Override
  public String toString() {
    return "line " + line + ", column " + column;
  }
}
