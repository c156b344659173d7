package dev.godwit.operator.schema;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaVersion;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was found of one version, while it is put together. */
final class Draft {

  private final String version;
  private final Map<Text, Script> scripts = new EnumMap<>(Text.class);

  Draft(String version) {
    this.version = version;
  }

  String version() {
    return version;
  }

  /** Where it is written, as a person is told. */
  String place() {
    return scripts.values().iterator().next().place();
  }

  /** Adds a text; one that is there already is kept. */
  void add(Script script, List<String> problems) {
    Script before = scripts.putIfAbsent(script.text(), script);
    if (before != null) {
      problems.add(
          "%s: this text of version %s is in %s, too: keep one of them"
              .formatted(script.place(), version, before.place()));
    }
  }

  /** Collects what is wrong with its texts. */
  void check(List<String> problems) {
    scripts.values().forEach(script -> check(script, problems));
    if (!scripts.containsKey(Text.UP)) {
      problems.add(
          "%s: there is no up of version %s, which this belongs to: add it, or take this out"
              .formatted(place(), version));
    }
    if (scripts.containsKey(Text.VERIFY_DOWN) && !scripts.containsKey(Text.DOWN)) {
      problems.add(
          "%s: there is no down of version %s, which this belongs to: add it, or take this out"
              .formatted(scripts.get(Text.VERIFY_DOWN).place(), version));
    }
    if (scripts.containsKey(Text.UP) && !isTransactional() && !scripts.containsKey(Text.VERIFY)) {
      problems.add(
          ("%s: version %s is not run in a transaction, so nothing takes it back when it "
                  + "is half done: add a verify, which says whether it is there as it should be")
              .formatted(scripts.get(Text.UP).place(), version));
    }
  }

  private void check(Script script, List<String> problems) {
    String sql = script.sql();
    if (sql.isBlank()) {
      problems.add(script.place() + ": there is no SQL in it: write some, or take it out");
    }
    if (sql.indexOf('\0') >= 0) {
      problems.add(
          script.place() + ": there is a character NUL in it, which PostgreSQL does not take");
    }
    long size = Bundle.size(script.text().file(version), sql);
    if (size > Bundle.MAX_BYTES) {
      problems.add(
          ("%s: it has %d bytes with its name, and a ConfigMap is to hold it: make at most "
                  + "%d of them, in several versions")
              .formatted(script.place(), size, Bundle.MAX_BYTES));
    }
    checkHeader(script, problems);
  }

  private static void checkHeader(Script script, List<String> problems) {
    Header header = Header.of(script.sql());
    header
        .unknown()
        .ifPresent(
            word ->
                problems.add(
                    script.place()
                        + ": the comment '-- godwit:"
                        + word
                        + "' says nothing: write '-- godwit:transactional=false', or leave it out"));
    if (header.transactional().isEmpty()) {
      return;
    }
    if (script.text() != Text.UP) {
      problems.add(
          script.place()
              + ": the comment '-- godwit:transactional' holds for all texts of a version: write it"
              + " into its up");
    } else if (script.transactional().isPresent()
        && !script.transactional().equals(header.transactional())) {
      problems.add(
          ("%s: a comment says transactional=%s, and the field transactional is %s: let "
                  + "them say the same")
              .formatted(
                  script.place(), header.transactional().get(), script.transactional().get()));
    }
  }

  private boolean isTransactional() {
    Script up = scripts.get(Text.UP);
    return Header.of(up.sql()).transactional().or(up::transactional).orElse(true);
  }

  /** The version, of which nothing is wrong. */
  Catalogue.Entry entry() {
    Script up = scripts.get(Text.UP);
    Map<Text, String> texts = new EnumMap<>(Text.class);
    Map<Text, String> checksums = new EnumMap<>(Text.class);
    scripts.forEach(
        (text, script) -> {
          texts.put(text, script.sql());
          checksums.put(text, Checksums.sha256(script.sql()));
        });
    return new Catalogue.Entry(
        new SchemaVersion(
            version, up.description(), checksums, Checksums.flyway(up.sql()), isTransactional()),
        texts);
  }
}
