package dev.godwit.operator.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What the operator asked of the API server about one namespace, from a moment on. */
final class AuditLog {

  private final String namespace;
  private final long begin;

  private AuditLog(String namespace, long begin) {
    this.namespace = namespace;
    this.begin = begin;
  }

  /** From now on; the test is skipped on a cluster whose audit log can't be read here. */
  static AuditLog fromNow(String namespace) {
    LocalCluster.mustBeOurs("the API server's audit log is read");
    Assumptions.assumeTrue(
        Files.isReadable(LocalCluster.auditLog()), "the API server's audit log can be read here");
    try {
      return new AuditLog(namespace, Files.size(LocalCluster.auditLog()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operator's requests, as VERB RESOURCE NAME; reading ones as well. */
  List<String> requests() {
    String user = "\"system:serviceaccount:" + OperatorPod.NAMESPACE + ":";
    String where = "\"namespace\":\"" + namespace + "\"";
    try (RandomAccessFile log = new RandomAccessFile(LocalCluster.auditLog().toFile(), "r")) {
      log.seek(begin);
      byte[] rest = new byte[Math.toIntExact(log.length() - begin)];
      log.readFully(rest);
      return new String(rest, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.contains(user) && line.contains(where) && line.endsWith("}"))
          .map(AuditLog::request)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operator's writes. */
  List<String> writes() {
    return requests().stream()
        .filter(request -> request.matches("(create|update|patch|delete) .*"))
        .toList();
  }

  private static String request(String line) {
    try {
      JsonNode event = LocalCluster.JSON.readTree(line);
      return event.path("verb").asText()
          + " "
          + event.at("/objectRef/resource").asText()
          + " "
          + event.at("/objectRef/name").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
