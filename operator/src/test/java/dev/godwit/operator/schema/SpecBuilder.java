package dev.godwit.operator.schema;

import dev.godwit.api.v1alpha1.InlineVersion;
import dev.godwit.api.v1alpha1.SchemaBaseline;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.VersionSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Builds what is read: a specification, and the ConfigMaps that it names. */
final class SpecBuilder {

  private List<InlineVersion> versions;
  private List<VersionSource> versionsFrom;
  private final Map<String, ConfigMapFiles> configMaps = new HashMap<>();
  private String from;
  private String to;
  private String baseline;

  /** A version with an up, inline. */
  SpecBuilder version(String version, String up) {
    return version(version, up, null, null, null, null);
  }

  /** A version inline. */
  SpecBuilder version(
      String version,
      String up,
      String verify,
      String down,
      String verifyDown,
      Boolean transactional) {
    versions = versions == null ? new ArrayList<>() : versions;
    versions.add(new InlineVersion(version, null, up, verify, down, verifyDown, transactional));
    return this;
  }

  /** A ConfigMap that does not exist. */
  SpecBuilder missing(String name) {
    versionsFrom = versionsFrom == null ? new ArrayList<>() : versionsFrom;
    versionsFrom.add(new VersionSource(name));
    return this;
  }

  /** A ConfigMap of keys and texts. */
  SpecBuilder configMap(String name, Map<String, String> data, String... binaryKeys) {
    configMaps.put(name, new ConfigMapFiles(data, Set.of(binaryKeys)));
    return missing(name);
  }

  SpecBuilder from(String version) {
    from = version;
    return this;
  }

  SpecBuilder to(String version) {
    to = version;
    return this;
  }

  SpecBuilder baseline(String version) {
    baseline = version;
    return this;
  }

  private SchemaMigrationSpec spec() {
    return new SchemaMigrationSpec(
        null,
        null,
        versions,
        versionsFrom,
        from,
        to,
        baseline == null ? null : new SchemaBaseline(baseline, null),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /**
   * What is read.
   *
   * @throws AssertionError if there are problems
   */
  Catalogue catalogue() {
    return switch (CatalogueReader.read(spec(), configMaps)) {
      case CatalogueReading.Complete(Catalogue catalogue) -> catalogue;
      case CatalogueReading.Refused(List<String> problems) ->
          throw new AssertionError(String.join("\n", problems));
    };
  }

  /** What is wrong. */
  List<String> problems() {
    return switch (CatalogueReader.read(spec(), configMaps)) {
      case CatalogueReading.Complete _ -> List.of();
      case CatalogueReading.Refused(List<String> problems) -> problems;
    };
  }
}
