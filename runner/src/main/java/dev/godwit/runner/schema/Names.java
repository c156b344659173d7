package dev.godwit.runner.schema;

import java.util.regex.Pattern;

/** Names of a database, as SQL has them. */
final class Names {

  private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

  private Names() {}

  /** The name, with quotes if it isn't a plain one. Keywords aren't known here: for people only. */
  static String quoted(String name) {
    return PLAIN.matcher(name).matches() ? name : "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** The name, always in quotes. */
  static String exact(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }
}
