package dev.godwit.operator.schema;

import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.VersionName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the versions of a schema from where a specification says that they are. */
public final class CatalogueReader {

  private static final VersionOrder ORDER = new VersionOrder();

  private CatalogueReader() {}

  /**
   * Reads them.
   *
   * @param configMaps those of {@code spec.versionsFrom} that exist, by name
   */
  public static CatalogueReading read(
      SchemaMigrationSpec spec, Map<String, ConfigMapFiles> configMaps) {
    Scripts scripts =
        spec.versions() == null
            ? Scripts.of(spec.versionsFrom(), configMaps)
            : Scripts.inline(spec.versions());
    List<String> problems = new ArrayList<>(scripts.problems());
    List<Draft> drafts = drafts(scripts.found(), problems);
    drafts.forEach(draft -> draft.check(problems));
    checkNames(drafts, problems);
    checkSize(scripts, drafts, field(spec), problems);
    // What could not be read may be what is meant.
    if (scripts.problems().isEmpty() && !drafts.isEmpty()) {
      checkMentioned(spec, drafts.stream().map(Draft::version).toList(), problems);
    }
    return problems.isEmpty()
        ? new CatalogueReading.Complete(new Catalogue(drafts.stream().map(Draft::entry).toList()))
        : new CatalogueReading.Refused(problems);
  }

  private static String field(SchemaMigrationSpec spec) {
    return spec.versions() == null ? "spec.versionsFrom" : "spec.versions";
  }

  /** What was found, by version and in order. */
  private static List<Draft> drafts(List<Script> found, List<String> problems) {
    Map<String, Draft> drafts = new LinkedHashMap<>();
    for (Script script : found) {
      drafts.computeIfAbsent(script.version(), Draft::new).add(script, problems);
    }
    return drafts.values().stream().sorted(Comparator.comparing(Draft::version, ORDER)).toList();
  }

  private static void checkNames(List<Draft> drafts, List<String> problems) {
    for (int at = 1; at < drafts.size(); at++) {
      Draft before = drafts.get(at - 1);
      Draft draft = drafts.get(at);
      if (ORDER.compare(before.version(), draft.version()) == 0) {
        problems.add(
            ("%s: version %s can't be told from %s, of %s: none comes first; name one of "
                    + "them otherwise")
                .formatted(draft.place(), draft.version(), before.version(), before.place()));
      }
    }
  }

  private static void checkSize(
      Scripts scripts, List<Draft> drafts, String field, List<String> problems) {
    if (drafts.isEmpty() && scripts.problems().isEmpty()) {
      problems.add(field + ": there is no version in it: " + FileName.FORMS);
    }
    if (drafts.size() > Catalogue.MOST_VERSIONS) {
      problems.add(
          ("%s: there are %d versions, at most %d can be: leave out the oldest, and say in "
                  + "spec.baseline that they are there")
              .formatted(field, drafts.size(), Catalogue.MOST_VERSIONS));
    }
    long bytes =
        scripts.found().stream()
            .mapToLong(script -> script.sql().getBytes(StandardCharsets.UTF_8).length)
            .sum();
    if (bytes > Catalogue.MOST_BYTES) {
      problems.add(
          ("%s: the texts have %d bytes together, at most %d can be: leave out the oldest "
                  + "versions, and load data by other means")
              .formatted(field, bytes, Catalogue.MOST_BYTES));
    }
  }

  private static void checkMentioned(
      SchemaMigrationSpec spec, List<String> names, List<String> problems) {
    checkMentioned("spec.from", spec.from(), names, problems);
    checkMentioned("spec.to", spec.to(), names, problems);
    Optional.ofNullable(spec.baseline())
        .ifPresent(
            baseline ->
                checkMentioned("spec.baseline.version", baseline.version(), names, problems));
  }

  private static void checkMentioned(
      String field, String version, List<String> names, List<String> problems) {
    if (version != null && !version.equals(VersionName.NONE) && !names.contains(version)) {
      problems.add(
          "%s: there is no version %s: they go from %s to %s%s"
              .formatted(field, version, names.getFirst(), names.getLast(), meant(version, names)));
    }
  }

  /** Points at the version that differs in writing only, as 1.2 from 1_2. */
  private static String meant(String version, List<String> names) {
    return names.stream()
        .filter(name -> ORDER.compare(name, version) == 0)
        .findFirst()
        .map(name -> "; write " + name)
        .orElse("");
  }
}
