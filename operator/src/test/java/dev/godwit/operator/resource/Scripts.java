package dev.godwit.operator.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;

/** The scripts of Jobs, as a shell gets them. */
final class Scripts {

  private Scripts() {}

  /** A script, after what all of them begin with. */
  static String text(String name) throws IOException {
    return read("postgresql.sh") + read(name);
  }

  private static String read(String name) throws IOException {
    try (InputStream script = BackupJob.class.getResourceAsStream(name)) {
      return new String(script.readAllBytes(), UTF_8);
    }
  }
}
