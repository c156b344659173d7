package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.FrozenFile;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.VersionSource;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.resource.SchemaConfigMap;
import dev.godwit.operator.schema.Bundles;
import dev.godwit.operator.schema.Catalogue;
import dev.godwit.operator.schema.CatalogueReader;
import dev.godwit.operator.schema.CatalogueReading;
import dev.godwit.operator.schema.ConfigMapFiles;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Where the SQL of a SchemaMigration comes from, and where it is kept. */
final class SchemaSources {

  private SchemaSources() {}

  /** What the specification says, or the ConfigMaps that it names. */
  static CatalogueReading read(Cluster cluster, SchemaMigration migration) {
    Map<String, ConfigMapFiles> files = new HashMap<>();
    Stream.ofNullable(migration.getSpec().versionsFrom())
        .flatMap(List::stream)
        .map(VersionSource::configMap)
        .forEach(
            name ->
                cluster
                    .get(ConfigMap.class, migration.getMetadata().getNamespace(), name)
                    .ifPresent(found -> files.put(name, files(found))));
    return CatalogueReader.read(migration.getSpec(), files);
  }

  private static ConfigMapFiles files(ConfigMap found) {
    return new ConfigMapFiles(
        Objects.requireNonNullElse(found.getData(), Map.of()),
        Objects.requireNonNullElse(found.getBinaryData(), Map.<String, String>of()).keySet());
  }

  /** A ConfigMap to keep a part of the SQL in, and what is noted of it. */
  record Kept(ConfigMap configMap, FrozenFile file) {}

  /** In which ConfigMaps the SQL is kept. */
  static List<Kept> kept(Catalogue catalogue, SchemaRun run) {
    return Bundles.of(catalogue).stream()
        .map(
            bundle -> {
              ConfigMap map = SchemaConfigMap.of(bundle.files(), bundle.hash(), run);
              return new Kept(map, new FrozenFile(map.getMetadata().getName(), bundle.hash()));
            })
        .toList();
  }
}
