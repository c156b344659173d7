package dev.godwit.operator.schema;

import dev.godwit.api.v1alpha1.InlineVersion;
import dev.godwit.api.v1alpha1.VersionSource;
import dev.godwit.contract.schema.SchemaFiles.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The texts of all versions, as they are found inline or in ConfigMaps.
 *
 * @param found in the order in which they are written; those of a ConfigMap in the order of keys
 * @param problems what could not be read
 */
record Scripts(List<Script> found, List<String> problems) {

  /** Reads versions with their SQL. They must come in the order of their names. */
  static Scripts inline(List<InlineVersion> versions) {
    Scripts scripts = new Scripts(new ArrayList<>(), new ArrayList<>());
    VersionOrder order = new VersionOrder();
    for (int at = 0; at < versions.size(); at++) {
      InlineVersion version = versions.get(at);
      String field = "spec.versions[" + at + "]";
      FileName.problem(version.version())
          .ifPresent(problem -> scripts.problems.add(field + ".version: " + problem));
      if (at > 0 && order.compare(versions.get(at - 1).version(), version.version()) > 0) {
        scripts.problems.add(
            ("%s.version: %s comes after %s, and is less: put the versions into ascending "
                    + "order, part by part and numbers as numbers")
                .formatted(field, version.version(), versions.get(at - 1).version()));
      }
      scripts.add(version, field);
    }
    return scripts;
  }

  private void add(InlineVersion version, String field) {
    add(version, Text.UP, version.up(), field + ".up");
    add(version, Text.VERIFY, version.verify(), field + ".verify");
    add(version, Text.DOWN, version.down(), field + ".down");
    add(version, Text.VERIFY_DOWN, version.verifyDown(), field + ".verifyDown");
  }

  private void add(InlineVersion version, Text text, String sql, String place) {
    if (sql != null) {
      String description = Optional.ofNullable(version.description()).orElse("");
      Optional<Boolean> transactional =
          Optional.of(Optional.ofNullable(version.transactional()).orElse(true));
      found.add(new Script(version.version(), description, text, sql, place, transactional));
    }
  }

  /** Reads the files of ConfigMaps, of which those that exist are given. */
  static Scripts of(List<VersionSource> sources, Map<String, ConfigMapFiles> configMaps) {
    Scripts scripts = new Scripts(new ArrayList<>(), new ArrayList<>());
    for (int at = 0; at < sources.size(); at++) {
      String name = sources.get(at).configMap();
      ConfigMapFiles files = configMaps.get(name);
      if (files == null) {
        scripts.problems.add(
            ("spec.versionsFrom[%d].configMap: there is no ConfigMap %s in this namespace: "
                    + "create it, or correct the name")
                .formatted(at, name));
      } else {
        scripts.add(name, files);
      }
    }
    return scripts;
  }

  private void add(String configMap, ConfigMapFiles files) {
    new TreeMap<>(files.data())
        .forEach(
            (key, sql) -> {
              String place = place(configMap, key);
              switch (FileName.of(key)) {
                case FileName.Known(String version, String description, Text text) ->
                    found.add(new Script(version, description, text, sql, place, Optional.empty()));
                case FileName.Unknown(String why) -> problems.add(place + ": " + why);
              }
            });
    files.binaryKeys().stream()
        .sorted()
        .forEach(
            key ->
                problems.add(
                    place(configMap, key)
                        + ": it is under binaryData, which is not read: write the file in UTF-8, so"
                        + " that it is under data"));
  }

  private static String place(String configMap, String key) {
    return "ConfigMap " + configMap + ", key " + key;
  }
}
