package dev.godwit.runner.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaVersion;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The versions that there are, in order, and their texts, which are read when they are needed. */
final class Catalogue {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path directory;
  private final List<SchemaVersion> versions;
  private final Map<String, Integer> places = new HashMap<>();

  private Catalogue(Path directory, List<SchemaVersion> versions) throws SchemaFailure {
    this.directory = directory;
    this.versions = versions;
    for (SchemaVersion version : versions) {
      check(version);
      if (places.put(version.version(), places.size()) != null) {
        throw bad("the catalogue has version " + version.version() + " twice");
      }
    }
  }

  /**
   * Reads the catalogue.
   *
   * @param checksum that it must have
   * @throws SchemaFailure if it isn't there, or not right
   */
  static Catalogue read(Path directory, String checksum, JsonMapper mapper) throws SchemaFailure {
    Path file = directory.resolve(SchemaFiles.CATALOGUE);
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (!sha256(bytes).equals(checksum)) {
        throw bad(
            SchemaFiles.CATALOGUE
                + " has the checksum "
                + sha256(bytes)
                + ", the order says "
                + checksum
                + ": the ConfigMaps are not those that were planned");
      }
      SchemaVersion[] versions = mapper.readValue(bytes, SchemaVersion[].class);
      if (versions == null || Arrays.asList(versions).contains(null)) {
        throw bad(SchemaFiles.CATALOGUE + " is, or has, null");
      }
      return new Catalogue(directory, List.of(versions));
    } catch (JsonProcessingException e) {
      throw bad(SchemaFiles.CATALOGUE + " is no catalogue: " + e.getOriginalMessage());
    } catch (NoSuchFileException e) {
      throw bad(
          SchemaFiles.CATALOGUE + " is not there: somebody has deleted the ConfigMap with the SQL");
    } catch (IOException e) {
      throw bad(SchemaFiles.CATALOGUE + " can't be read: " + e);
    }
  }

  private static void check(SchemaVersion version) throws SchemaFailure {
    if (version.version() == null || !SchemaFiles.VERSION.matcher(version.version()).matches()) {
      throw bad("the catalogue has a version named " + version.version());
    }
    if (version.checksum() == null) {
      throw bad("the catalogue has no checksum of version " + version.version());
    }
  }

  List<SchemaVersion> versions() {
    return versions;
  }

  SchemaVersion get(int place) {
    return versions.get(place);
  }

  /** The name of the last of so many versions from the first on; of none, the empty one. */
  String nameAfter(int count) {
    return count == 0 ? "" : versions.get(count - 1).version();
  }

  /** Its place in the order, from 0. */
  Optional<Integer> placeOf(String version) {
    return Optional.ofNullable(places.get(version));
  }

  /**
   * Its place in the order.
   *
   * @param field of the order, which names it
   */
  int placeOf(String version, String field) throws SchemaFailure {
    return placeOf(version)
        .orElseThrow(
            () -> bad(field + " names version " + version + ", which is not in the catalogue"));
  }

  /**
   * A text that must be there.
   *
   * @throws SchemaFailure if it isn't, is another than the catalogue says, or has something in it
   *     that can't be run
   */
  String text(SchemaVersion version, Text kind) throws SchemaFailure {
    return find(version, kind)
        .orElseThrow(
            () ->
                bad("there is no text " + kind.file(version.version()))
                    .at(version.version(), kind));
  }

  /** A text, if it is there and not blank; see {@link #text}. */
  Optional<String> find(SchemaVersion version, Text kind) throws SchemaFailure {
    String name = version.version();
    if (!version.checksums().containsKey(kind)) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Files.readAllBytes(directory.resolve(kind.file(name)));
      compare(version, kind, bytes);
      String sql =
          StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
      if (sql.isBlank() && kind != Text.UP) {
        return Optional.empty();
      }
      String text = sql.startsWith(BYTE_ORDER_MARK) ? sql.substring(1) : sql;
      Refusals.check(name, kind, text);
      return Optional.of(text);
    } catch (NoSuchFileException e) {
      throw bad("there is no file " + kind.file(name)).at(name, kind);
    } catch (CharacterCodingException e) {
      throw bad(kind.file(name) + " is not encoded in UTF-8").at(name, kind);
    } catch (IOException e) {
      throw bad(kind.file(name) + " can't be read: " + e).at(name, kind);
    }
  }

  private static void compare(SchemaVersion version, Text kind, byte[] text) throws SchemaFailure {
    String expected = version.checksums().get(kind);
    if (!sha256(text).equals(expected)) {
      throw bad(kind.file(version.version())
              + " has the checksum "
              + sha256(text)
              + ", the catalogue says "
              + expected)
          .at(version.version(), kind);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static SchemaFailure bad(String message) {
    return new SchemaFailure(Cause.BAD_ORDER, message);
  }
}
