package dev.godwit.operator.schema;

import dev.godwit.api.v1alpha1.SchemaDirection;
import dev.godwit.api.v1alpha1.SchemaFinding;
import dev.godwit.api.v1alpha1.SchemaPlan;
import dev.godwit.api.v1alpha1.VersionName;
import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.SchemaReport;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns what a Job has said of a database into the plan of a SchemaMigration. */
public final class SchemaPlans {

  private static final int MOST_FINDINGS = 40;

  private SchemaPlans() {}

  /**
   * The plan.
   *
   * @param versions all, the first one first
   * @param reversible those that have a down
   * @param target the version to reach; {@link VersionName#NONE}: before the first
   * @return empty where the report does not fit the versions: it is none of this run
   */
  public static Optional<SchemaPlan> of(
      SchemaReport.Planned report, List<String> versions, Set<String> reversible, String target) {
    int from = versions.indexOf(report.current()) + 1;
    int to = versions.indexOf(target) + 1;
    boolean known = from > 0 || report.current().isEmpty();
    if (!known || Math.abs(to - from) != report.count()) {
      return Optional.empty();
    }
    boolean up = to >= from;
    List<String> path = up ? versions.subList(from, to) : versions.subList(to, from).reversed();
    List<String> irreversible =
        up ? path.stream().filter(version -> !reversible.contains(version)).toList() : List.of();
    return Optional.of(
        new SchemaPlan(
            report.server(),
            from == 0 ? VersionName.NONE : report.current(),
            up ? SchemaDirection.UP : SchemaDirection.DOWN,
            List.copyOf(path),
            irreversible.isEmpty() ? null : irreversible,
            report.destructive(),
            findings(report),
            report.omitted() + Math.max(0, report.findings().size() - MOST_FINDINGS)));
  }

  private static List<SchemaFinding> findings(SchemaReport.Planned report) {
    return report.findings().stream().limit(MOST_FINDINGS).map(SchemaPlans::finding).toList();
  }

  private static SchemaFinding finding(Finding found) {
    return new SchemaFinding(
        found.version(),
        found.line(),
        camelCase(found.kind()),
        found.object(),
        found.lock() == null ? null : found.lock().name().replace('_', ' '),
        found.bytes());
  }

  private static String camelCase(Finding.Kind kind) {
    return Arrays.stream(kind.name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
