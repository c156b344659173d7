package dev.godwit.operator.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.contract.schema.SchemaFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Packs a catalogue for the Jobs that run its versions. */
public final class Bundles {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Bundles() {}

  /**
   * The files of a catalogue, as {@link SchemaFiles} names them, in few bundles: largest first,
   * each file into the first bundle that has room for it. {@link SchemaFiles#CATALOGUE} is in the
   * first bundle. The same catalogue always gives the same bundles.
   */
  public static List<Bundle> of(Catalogue catalogue) {
    List<Packing> packings = new ArrayList<>();
    packings.add(new Packing());
    packings.getFirst().add(Map.entry(SchemaFiles.CATALOGUE, json(catalogue)));
    files(catalogue).entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, String>>comparingLong(Bundle::size)
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(file -> roomFor(file, packings).add(file));
    return packings.stream().map(packing -> new Bundle(packing.files)).toList();
  }

  /**
   * What tells the SQL of a catalogue from every other: SHA-256 of {@link SchemaFiles#CATALOGUE},
   * which has that of every text.
   */
  public static String sqlHash(Catalogue catalogue) {
    return Checksums.sha256(json(catalogue));
  }

  private static SortedMap<String, String> files(Catalogue catalogue) {
    SortedMap<String, String> files = new TreeMap<>();
    for (Catalogue.Entry entry : catalogue.entries()) {
      entry.texts().forEach((text, sql) -> files.put(text.file(entry.version().version()), sql));
    }
    return files;
  }

  private static String json(Catalogue catalogue) {
    try {
      return JSON.writeValueAsString(catalogue.versions());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("versions can't be written as JSON", e);
    }
  }

  private static Packing roomFor(Map.Entry<String, String> file, List<Packing> packings) {
    for (Packing packing : packings) {
      if (packing.size + Bundle.size(file) <= Bundle.MAX_BYTES) {
        return packing;
      }
    }
    packings.add(new Packing());
    return packings.getLast();
  }

  /** A bundle that is being filled. */
  private static final class Packing {

    private final SortedMap<String, String> files = new TreeMap<>();
    private long size;

    void add(Map.Entry<String, String> file) {
      files.put(file.getKey(), file.getValue());
      size += Bundle.size(file);
    }
  }
}
