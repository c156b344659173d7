package dev.godwit.operator.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Builds the Job that makes the load of a comparison. */
public final class LoadJob {

  /**
   * The most that the runner is told, in bytes: Linux lets an environment variable have 128 KiB.
   */
  public static final int LONGEST_PLAN = 96 * 1024;

  private static final String COMMAND = "load";
  private static final String VARIABLE = "GODWIT_LOAD";

  private static final ObjectWriter ORDERED =
      Json.MAPPER.writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private LoadJob() {}

  /** The Job of one run. */
  public static Job of(
      String name, LoadPlan load, RunnerImage image, ServicePlan plan, Marks.Maker maker) {
    Container container =
        RunnerJob.container(image, COMMAND, VARIABLE, json(load))
            .withNewResources()
            // No limit for the CPU: throttled, it could not keep the rate.
            .addToRequests("cpu", new Quantity("250m"))
            .addToRequests("memory", new Quantity("128Mi"))
            .addToLimits("memory", new Quantity("256Mi"))
            .endResources()
            .build();
    return RunnerJob.of(name, plan, maker, RunnerJob.pod().withContainers(container).build())
        .editSpec()
        .withActiveDeadlineSeconds(deadline(load).toSeconds())
        .endSpec()
        .build();
  }

  /**
   * The name of the Job of one run: readable, at most 63 characters, another one for every other
   * run, and never that of a check.
   */
  public static String name(String migration, String service, int attempt, int run) {
    String unique =
        Names.hash(String.join("/", migration, service, COMMAND, "" + attempt, "" + run), 8);
    String readable = String.join("-", migration.replace('.', '-'), service, COMMAND);
    return Names.cut(readable, Names.LABEL_LENGTH - unique.length() - 1) + "-" + unique;
  }

  /** Whether a Job is one of these. */
  public static boolean isOne(Job job) {
    return job.getSpec().getTemplate().getSpec().getContainers().stream()
        .anyMatch(container -> COMMAND.equals(container.getName()));
  }

  /** The load itself, an answer that takes as long as it may in each turn, and a slow start. */
  private static Duration deadline(LoadPlan load) {
    int turns = 2 * load.pairs() + 2;
    long millis =
        load.durationMillis() + 2L * load.warmUpMillis() + (long) turns * load.timeoutMillis();
    return RunnerJob.STARTING.plusMillis(millis);
  }

  /** How long what the runner is told is, in bytes. */
  public static int size(LoadPlan load) {
    return json(load).replace("$", "$$").getBytes(StandardCharsets.UTF_8).length;
  }

  private static String json(LoadPlan load) {
    try {
      return ORDERED.writeValueAsString(load);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan is always JSON", e);
    }
  }

  /**
   * The port at which both sides are asked.
   *
   * @param traffic the Services that are switched, by name: the first stands for blue
   * @param asked by the user; else it is the first of that Service
   */
  public static Optional<Integer> port(Map<String, Service> traffic, Optional<Integer> asked) {
    Optional<Service> first = new TreeMap<>(traffic).values().stream().findFirst();
    return asked.or(() -> first.flatMap(PreviewPorts::first));
  }

  /** The base URL of a Service. */
  public static String url(String service, int port, Marks.Maker maker) {
    return "http://" + service + "." + maker.namespace() + ".svc:" + port;
  }
}
