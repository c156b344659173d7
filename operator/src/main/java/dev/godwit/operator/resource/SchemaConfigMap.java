package dev.godwit.operator.resource;

import dev.godwit.operator.plan.SchemaRun;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;

/** Builds the ConfigMaps in which the SQL of a run is kept as it was at the start. */
public final class SchemaConfigMap {

  private static final int HASH_LENGTH = 10;

  private SchemaConfigMap() {}

  /**
   * One of them; nobody can change what is in it.
   *
   * @param hash of the files, in hexadecimal
   */
  public static ConfigMap of(Map<String, String> files, String hash, SchemaRun run) {
    // Of another run of the same name the SQL may be the same, and the ConfigMap about to go.
    String suffix = "-sql-" + Names.hash(run.uid() + "/" + hash, HASH_LENGTH);
    String name = Names.suffixed(run.name(), suffix, Names.OBJECT_LENGTH);
    return new ConfigMapBuilder()
        .withMetadata(SchemaJob.metadata(name, run))
        .withData(files)
        .withImmutable(true)
        .build();
  }
}
