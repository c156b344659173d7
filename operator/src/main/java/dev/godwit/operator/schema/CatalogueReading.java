package dev.godwit.operator.schema;

import java.util.List;

/** What reading the versions of a schema has led to. */
public sealed interface CatalogueReading {

  /** Everything could be read, and fits together. */
  record Complete(Catalogue catalogue) implements CatalogueReading {}

  /**
   * It can't be used.
   *
   * @param problems all that is wrong, at least one: each begins with the field of the
   *     specification, or with the key of a ConfigMap, that is to be mended
   */
  record Refused(List<String> problems) implements CatalogueReading {

    /** Copies the list. */
    public Refused {
      problems = List.copyOf(problems);
    }
  }
}
