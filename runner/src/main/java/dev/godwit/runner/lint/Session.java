package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What concerns the session, its transaction, rights and remarks. */
final class Session {

  /** With any other value the text would have other tokens. */
  private static final Map<String, Set<String>> VALUES_OF_THE_TEXT =
      Map.of(
          "standard_conforming_strings", Set.of("on", "true", "'on'"),
          "client_encoding", Set.of("utf8", "'utf8'", "'utf-8'"),
          "backslash_quote", Set.of());

  private static final Set<String> CHANGES_NAMES = Set.of("search_path", "role", "session", "all");

  private final Cursor cursor;
  private final Found found;
  private final boolean transactional;
  private final int line;

  private Session(Cursor cursor, Found found, boolean transactional) {
    this.cursor = cursor;
    this.found = found;
    this.transactional = transactional;
    this.line = cursor.line();
  }

  /** Reads a statement to its end. */
  static void read(Cursor cursor, Found found, boolean transactional) throws NotKnown {
    new Session(cursor, found, transactional).read();
    cursor.expectEnd();
  }

  private void read() throws NotKnown {
    if (cursor.accept("comment", "on")) {
      cursor.upTo("is");
      cursor.expect("is");
      Cursor.require(cursor.accept(Token.Kind.STRING) || cursor.accept("null"));
    } else if (cursor.accept("grant")) {
      Cursor.require(!cursor.rest().isEmpty());
    } else if (cursor.accept("revoke")) {
      readRevoke();
    } else if (cursor.acceptAny("set", "reset")) {
      readSet();
    } else if (cursor.accept("do")) {
      Cursor.require(!cursor.rest().isEmpty());
      found.add(line, Kind.PROGRAM, null, null);
    } else if (cursor.accept("call")) {
      found.addAnyway(line, Kind.PROGRAM, cursor.name(), null);
      cursor.parentheses();
    } else if (cursor.acceptAny("show", "notify", "listen", "unlisten")) {
      Cursor.require(!cursor.rest().isEmpty());
    } else {
      readTransaction();
    }
  }

  /** Reads {@code REVOKE}: programs may live on the rights that are taken. */
  private void readRevoke() throws NotKnown {
    cursor.upTo("on", "from");
    Name object = null;
    if (cursor.accept("on")) {
      cursor.accept("table");
      List<Token> objects = cursor.upTo("from");
      Cursor names = new Cursor(objects);
      if (!objects.isEmpty() && !names.at("all")) {
        Name first = names.name();
        object = names.atEnd() ? first : null;
      }
    }
    cursor.expect("from");
    Cursor.require(!cursor.rest().isEmpty());
    found.addAnyway(line, Kind.DROP, object, null);
  }

  private void readSet() throws NotKnown {
    cursor.accept("local");
    if (cursor.at("session") && !cursor.at("session", "authorization")) {
      cursor.take();
    }
    String parameter = cursor.take().text();
    Cursor.require(!parameter.equals("names"));
    Set<String> values = VALUES_OF_THE_TEXT.get(parameter);
    if (values != null) {
      cursor.expectAny("=", "to");
      Cursor.require(values.contains(cursor.take().text().toLowerCase(Locale.ROOT)));
      cursor.expectEnd();
    }
    if (CHANGES_NAMES.contains(parameter) || parameter.equals("schema")) {
      found.made().forgetAll();
    }
    cursor.rest();
  }

  /**
   * Reads what begins and ends transactions. In a transaction that is the runner's, no text may do
   * so: what comes after would not be taken back with it.
   */
  private void readTransaction() throws NotKnown {
    if (cursor.acceptAny("savepoint", "release")) {
      Cursor.require(!cursor.rest().isEmpty());
      return;
    }
    if (cursor.acceptAny("rollback", "abort")) {
      found.made().forgetAll();
      cursor.acceptAny("work", "transaction");
      if (cursor.accept("to")) {
        cursor.accept("savepoint");
        cursor.identifier();
        return;
      }
    } else {
      Cursor.require(
          cursor.acceptAny("begin", "commit", "end") || cursor.accept("start", "transaction"));
      Cursor.require(!cursor.at("prepared"));
      cursor.rest();
    }
    Cursor.require(!transactional);
  }
}
