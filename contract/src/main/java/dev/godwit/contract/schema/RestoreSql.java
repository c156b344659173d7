package dev.godwit.contract.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The SQL around the restoration of a dump, in one transaction with it. The settings {@code
 * godwit.run} and {@code godwit.schema} say of which run the dump is, and where that has its
 * tables; an empty one means the first schema that exists of the role's search path.
 */
public final class RestoreSql {

  private RestoreSql() {}

  /**
   * Takes away everything that the role owns. Fails if the run's lock does not stand any more: then
   * others may have written, and their writes are not in the dump.
   */
  public static String before() {
    return read("before-restore.sql");
  }

  /** Notes that the run is on its way back: what comes late of it brings nothing any more. */
  public static String after() {
    return read("after-restore.sql");
  }

  private static String read(String name) {
    try (InputStream sql = RestoreSql.class.getResourceAsStream(name)) {
      return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
