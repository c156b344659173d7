package dev.godwit.runner.schema;

import dev.godwit.contract.schema.Finding;
import java.util.List;

/** Says what is to be known of a text before it is run. */
@FunctionalInterface
public interface Inspector {

  /**
   * Reads a text, which may be any.
   *
   * @param version of which it is
   * @param sql the text
   * @param transactional whether it runs in one transaction
   * @return what it found, in the text's order; sizes are null
   */
  List<Finding> inspect(String version, String sql, boolean transactional);
}
