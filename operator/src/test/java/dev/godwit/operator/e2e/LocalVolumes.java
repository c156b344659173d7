package dev.godwit.operator.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Volumes for claims: the local cluster has nothing that provides them. */
final class LocalVolumes {

  private LocalVolumes() {}

  /**
   * Makes a volume for each of these claims of a namespace, which need not be there yet.
   *
   * @param storageClass of the claims; empty for none
   */
  static void make(String namespace, String storageClass, List<String> claims) {
    LocalCluster.mustBeOurs("volumes are made on the node");
    List<String> command =
        new ArrayList<>(
            List.of(LocalCluster.PROJECT.resolve("dev/cluster/volumes.sh").toString(), namespace));
    command.addAll(claims);
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("STORAGE_CLASS", storageClass);
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(command + " failed: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
