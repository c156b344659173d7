package dev.godwit.operator;

import dev.godwit.operator.plan.RunnerImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the operator is to run: flags, which win over environment variables.
 *
 * @param namespaces that are watched; empty means all
 * @param concurrency how many Migrations are reconciled at a time
 * @param logFormat text or json
 * @param httpPort of metrics and health; 0 takes any that is free
 * @param leaderElection whether one of several replicas is chosen to act; where it isn't said, it
 *     is in a pod, which may have others beside it, and isn't elsewhere
 * @param leaseName name of the Lease by which it is chosen
 * @param prometheus file that says which Prometheus servers may be asked
 * @param runnerImage image of the Jobs that make load; empty: none is configured
 * @param podName name of the operator's pod
 * @param podUid its UID; empty outside of a pod
 * @param podNamespace its namespace, where the Lease is
 */
public record Configuration(
    Set<String> namespaces,
    int concurrency,
    LogFormat logFormat,
    int httpPort,
    boolean leaderElection,
    String leaseName,
    Optional<Path> prometheus,
    Optional<RunnerImage> runnerImage,
    String podName,
    Optional<String> podUid,
    Optional<String> podNamespace) {

  private static final int MOST_CONCURRENCY = 100;
  private static final int HIGHEST_PORT = 65535;
  private static final String NAME = "[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?";

  private static final List<String> FLAGS =
      List.of(
          "namespaces",
          "concurrency",
          "log-format",
          "http-port",
          "leader-election",
          "lease-name",
          "prometheus-config",
          "runner-image",
          "runner-image-pull-policy");

  private static final Set<String> PULL_POLICIES = Set.of("Always", "IfNotPresent", "Never");

  /** How log lines look. */
  public enum LogFormat {
    /** For people. */
    TEXT,
    /** One object a line. */
    JSON
  }

  /** A flag or an environment variable can't be used; the message names it. */
  public static final class Invalid extends Exception {

    private static final long serialVersionUID = 1L;

    Invalid(String message) {
      super(message);
    }
  }

  /**
   * Reads flags ({@code --name value} or {@code --name=value}) and environment variables.
   *
   * @throws Invalid if there is one that is unknown or malformed
   */
  public static Configuration parse(List<String> arguments, Map<String, String> environment)
      throws Invalid {
    return new Reader(arguments, environment).read();
  }

  /** Reads one configuration. */
  private static final class Reader {

    private final Map<String, String> values = new HashMap<>();
    private final Map<String, String> sources = new HashMap<>();
    private final Map<String, String> environment;

    Reader(List<String> arguments, Map<String, String> environment) throws Invalid {
      this.environment = environment;
      for (String flag : FLAGS) {
        String variable = "GODWIT_" + flag.toUpperCase(Locale.ROOT).replace('-', '_');
        Optional.ofNullable(environment.get(variable))
            .filter(value -> !value.isBlank())
            .ifPresent(value -> set(flag, value.strip(), variable));
      }
      for (int index = 0; index < arguments.size(); index++) {
        String argument = arguments.get(index);
        String[] parts = argument.split("=", 2);
        if (!parts[0].startsWith("--") || !FLAGS.contains(parts[0].substring(2))) {
          throw new Invalid(
              "unknown argument " + argument + ": there are --" + String.join(", --", FLAGS));
        }
        if (parts.length == 1 && index + 1 == arguments.size()) {
          throw new Invalid(argument + " needs a value");
        }
        String value = parts.length == 2 ? parts[1] : arguments.get(++index);
        set(parts[0].substring(2), value.strip(), parts[0]);
      }
    }

    private void set(String flag, String value, String source) {
      values.put(flag, value);
      sources.put(flag, source);
    }

    Configuration read() throws Invalid {
      Optional<String> namespace = pod("POD_NAMESPACE");
      boolean elects =
          value("leader-election", "true or false", Reader::truth).orElse(namespace.isPresent());
      if (elects && namespace.isEmpty()) {
        throw new Invalid("leader election needs POD_NAMESPACE, the namespace of its Lease");
      }
      return new Configuration(
          value("namespaces", "names of namespaces with commas between", Reader::names)
              .orElse(Set.of()),
          value("concurrency", "a number from 1 to 100", text -> number(text, 1, MOST_CONCURRENCY))
              .orElse(4),
          value("log-format", "text or json", Reader::format).orElse(LogFormat.TEXT),
          value("http-port", "a port from 0 to 65535", text -> number(text, 0, HIGHEST_PORT))
              .orElse(8080),
          elects,
          value("lease-name", "a name", Reader::name).orElse("godwit"),
          value("prometheus-config", "a file", text -> Optional.of(Path.of(text))),
          runnerImage(),
          pod("POD_NAME").orElse("godwit"),
          pod("POD_UID"),
          namespace);
    }

    private Optional<String> pod(String variable) {
      return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
    }

    private Optional<RunnerImage> runnerImage() throws Invalid {
      Optional<String> policy =
          value(
              "runner-image-pull-policy",
              "Always, IfNotPresent or Never",
              text -> Optional.of(text).filter(PULL_POLICIES::contains));
      return value(
              "runner-image",
              "the name of an image",
              text -> Optional.of(text).filter(name -> name.matches("[^\\s]{1,1024}")))
          .map(name -> new RunnerImage(name, policy));
    }

    private <T> Optional<T> value(String flag, String form, Function<String, Optional<T>> reading)
        throws Invalid {
      String text = values.get(flag);
      if (text == null) {
        return Optional.empty();
      }
      Optional<T> value = reading.apply(text);
      if (value.isEmpty()) {
        throw new Invalid(sources.get(flag) + " is '" + text + "', which is not " + form);
      }
      return value;
    }

    private static Optional<Boolean> truth(String text) {
      return switch (text) {
        case "true" -> Optional.of(true);
        case "false" -> Optional.of(false);
        default -> Optional.empty();
      };
    }

    private static Optional<Integer> number(String text, int lowest, int highest) {
      return text.matches("[0-9]{1,6}")
          ? Optional.of(Integer.valueOf(text)).filter(n -> n >= lowest && n <= highest)
          : Optional.empty();
    }

    private static Optional<LogFormat> format(String text) {
      return switch (text) {
        case "text" -> Optional.of(LogFormat.TEXT);
        case "json" -> Optional.of(LogFormat.JSON);
        default -> Optional.empty();
      };
    }

    private static Optional<String> name(String text) {
      return Optional.of(text).filter(name -> name.matches(NAME));
    }

    private static Optional<Set<String>> names(String text) {
      Set<String> names =
          Arrays.stream(text.split(","))
              .map(String::strip)
              .collect(Collectors.toCollection(TreeSet::new));
      return Optional.of(names).filter(all -> all.stream().allMatch(name -> name.matches(NAME)));
    }
  }

  @Override
  public String toString() {
    return new TreeMap<>(
            Map.of(
                "namespaces", namespaces.isEmpty() ? "all" : String.join(",", namespaces),
                "concurrency", concurrency,
                "httpPort", httpPort,
                "leaderElection", leaderElection))
        .toString();
  }
}
