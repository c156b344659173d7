package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.FrozenFile;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.VersionSource;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.resource.Marks;
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
import java.util.Optional;
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

  /** Whether the SQL is still the one that was planned. */
  static boolean isPlanned(Cluster cluster, SchemaMigration migration) {
    return read(cluster, migration) instanceof CatalogueReading.Complete(Catalogue catalogue)
        && Bundles.sqlHash(catalogue).equals(migration.getStatus().sqlHash());
  }

  /**
   * Puts back what is no longer where it was kept, as after a deletion in the foreground, as long
   * as the sources still have the very same.
   */
  static void putBack(Cluster cluster, SchemaMigration migration, SchemaRun run) {
    String namespace = migration.getMetadata().getNamespace();
    boolean isThere =
        run.files().stream()
            .allMatch(name -> cluster.get(ConfigMap.class, namespace, name).isPresent());
    if (!isThere
        && read(cluster, migration) instanceof CatalogueReading.Complete(Catalogue catalogue)
        && Bundles.sqlHash(catalogue).equals(run.sqlHash())) {
      kept(catalogue, run).stream()
          .map(Kept::configMap)
          .filter(map -> cluster.get(ConfigMap.class, namespace, nameOf(map)).isEmpty())
          .forEach(cluster::create);
    }
  }

  private static String nameOf(ConfigMap map) {
    return map.getMetadata().getName();
  }

  /** A ConfigMap to keep a part of the SQL in, and what is noted of it. */
  record Kept(ConfigMap configMap, FrozenFile file) {

    /** What is wrong with what is there in its place; empty where nothing is. */
    Optional<String> problem(ConfigMap there, String uid) {
      boolean isIt =
          Marks.wasMadeBy(there, uid)
              && Boolean.TRUE.equals(there.getImmutable())
              && configMap.getData().equals(there.getData());
      return isIt
          ? Optional.empty()
          : Optional.of(
              "ConfigMap "
                  + file.name()
                  + " is in the place of the SQL of this run, and is not its own: delete it");
    }
  }

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
