package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaVersion;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.cluster.RejectedException;
import dev.godwit.operator.plan.JobEnd;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The Jobs of a namespace, which run when they are told to. */
final class SchemaJobs {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** They never end. */
  boolean hang;

  /** What the API server says to new ones. */
  Optional<String> refused = Optional.empty();

  /** The Job of a backup fails. */
  boolean backupFails;

  /** The Job of a backup never ends. */
  boolean backupHangs;

  /** The Job that restores a dump fails. */
  boolean restoreFails;

  /** So does the one that only sees whether it can be. */
  boolean rehearsalFails;

  /** What the Job of a backup writes. */
  String dumpReport = "{\"outcome\":\"dumped\",\"file\":\"x\",\"bytes\":4096,\"entries\":12}";

  private final SchemaDatabase database;
  private final Map<String, Job> present = new TreeMap<>();
  private final Map<String, JobEnd> ends = new TreeMap<>();

  SchemaJobs(SchemaDatabase database) {
    this.database = database;
  }

  List<String> names() {
    return List.copyOf(present.keySet());
  }

  List<Job> all() {
    return List.copyOf(present.values());
  }

  Optional<JobEnd> end(String name) {
    return Optional.ofNullable(ends.get(name));
  }

  void add(Job job) {
    if (refused.isPresent()) {
      throw new RejectedException(refused.get(), null);
    }
    String name = job.getMetadata().getName();
    if (present.putIfAbsent(name, job) != null) {
      throw new ConflictException("Job " + name + " is there", null);
    }
  }

  void remove(String name) {
    present.remove(name);
    ends.remove(name);
  }

  /** Runs those that have not ended, with these files mounted; whether there were any. */
  boolean run(Map<String, ConfigMap> configMaps) {
    boolean any = false;
    for (Job job : all()) {
      String name = job.getMetadata().getName();
      boolean hangs = hang || (backupHangs && isBackup(job));
      if (!ends.containsKey(name) && !hangs) {
        any = true;
        JobEnd end = end(job, configMaps);
        ends.put(name, end);
        present.put(name, ended(job, end));
      }
    }
    return any;
  }

  private static Job ended(Job job, JobEnd end) {
    return new JobBuilder(job)
        .withNewStatus()
        .addNewCondition()
        .withType(end.exitCode() == 0 ? "Complete" : "Failed")
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  private static boolean isBackup(Job job) {
    return runs("backup", job);
  }

  private static boolean runs(String name, Job job) {
    PodSpec pod = job.getSpec().getTemplate().getSpec();
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .anyMatch(container -> container.getName().equals(name));
  }

  private JobEnd end(Job job, Map<String, ConfigMap> configMaps) {
    if (runs("restore", job)) {
      return restored(variable("GODWIT_END", job).equals("commit"));
    }
    if (!isBackup(job)) {
      try {
        SchemaReport report = database.run(order(job), versions(job, configMaps));
        return new JobEnd(report.exitCode(), JSON.writeValueAsString(report));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (backupFails) {
      return new JobEnd(1, "");
    }
    database.dump();
    return new JobEnd(0, dumpReport);
  }

  private JobEnd restored(boolean forGood) {
    if (forGood ? restoreFails : rehearsalFails) {
      return new JobEnd(1, "");
    }
    if (forGood) {
      database.restore();
    } else {
      assertThat(database.dumps).as("what is to be restored").isNotEmpty();
    }
    return new JobEnd(0, "");
  }

  private static SchemaOrder order(Job job) throws IOException {
    return JSON.readValue(variable("GODWIT_SCHEMA", job).replace("$$", "$"), SchemaOrder.class);
  }

  private static String variable(String name, Job job) {
    return job.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  /** The versions in the catalogue that is mounted; none where there is none. */
  private static List<String> versions(Job job, Map<String, ConfigMap> configMaps)
      throws IOException {
    for (VolumeProjection source :
        job.getSpec().getTemplate().getSpec().getVolumes().getLast().getProjected().getSources()) {
      ConfigMap mounted = configMaps.get(source.getConfigMap().getName());
      String text = mounted == null ? null : mounted.getData().get(SchemaFiles.CATALOGUE);
      if (text != null) {
        return List.of(JSON.readValue(text, SchemaVersion[].class)).stream()
            .map(SchemaVersion::version)
            .toList();
      }
    }
    return List.of();
  }
}
