package dev.godwit.runner.database;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a database is reached. Its text never has the password in it.
 *
 * @param hosts {@code host:port}, several with commas between them
 * @param options what the address says beyond that, by libpq's names
 */
public record DatabaseAddress(
    String hosts, String database, String user, String password, Map<String, String> options) {

  private static final String DEFAULT_PORT = "5432";
  private static final String CA = "ca.crt";

  /** Those of libpq that say how to connect; others could make the driver do other things. */
  private static final Map<String, String> KNOWN_OPTIONS =
      Map.of(
          "sslmode", "sslmode",
          "target_session_attrs", "targetServerType",
          "gssencmode", "gssEncMode",
          "channel_binding", "channelBinding");

  private static final Map<String, String> SESSION_ATTRIBUTES =
      Map.of(
          "any", "any",
          "read-write", "primary",
          "primary", "primary",
          "standby", "secondary",
          "read-only", "secondary",
          "prefer-standby", "preferSecondary");

  /** Of which libpq knows them, and for which there is no use here. */
  private static final Pattern IGNORED_OPTIONS =
      Pattern.compile("application_name|fallback_application_name|connect_timeout|client_encoding");

  private static final Pattern URI =
      Pattern.compile(
          "postgres(?:ql)?://(?:([^:@/?]*)(?::([^@/?]*))?@)?([^/?]*)(?:/([^?]*))?(?:\\?(.*))?");

  /** It isn't said, or not rightly, how to reach the database; the message says what to write. */
  public static final class Missing extends Exception {
    Missing(String message) {
      super(message);
    }
  }

  /**
   * Reads an address from the files of a Secret's keys: {@code host}, {@code port}, {@code dbname}
   * (or {@code database}), {@code username} (or {@code user}) and {@code password}, or {@code uri};
   * {@code sslmode} and {@code ca.crt} may be there as well.
   *
   * @throws Missing if the Secret isn't there, or has not what is needed
   */
  public static DatabaseAddress read(Path directory) throws Missing {
    Map<String, String> keys = keys(directory);
    if (keys.isEmpty()) {
      throw new Missing("the Secret with the database's address isn't there, or it is empty");
    }
    DatabaseAddress address = keys.containsKey("host") ? ofParts(keys) : ofUri(keys);
    Map<String, String> options = new TreeMap<>(address.options);
    Optional.ofNullable(keys.get("sslmode")).ifPresent(mode -> options.put("sslmode", mode));
    if (keys.containsKey(CA)) {
      options.put("sslrootcert", directory.resolve(CA).toString());
    }
    return new DatabaseAddress(
        address.hosts, address.database, address.user, address.password, options);
  }

  private static Map<String, String> keys(Path directory) throws Missing {
    Map<String, String> keys = new TreeMap<>();
    if (!Files.isDirectory(directory)) {
      return keys;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        keys.put(file.getFileName().toString(), Files.readString(file).strip());
      }
      return keys;
    } catch (IOException e) {
      throw new Missing("the Secret with the database's address can't be read: " + e);
    }
  }

  private static DatabaseAddress ofParts(Map<String, String> keys) throws Missing {
    return new DatabaseAddress(
        keys.get("host") + ":" + keys.getOrDefault("port", DEFAULT_PORT),
        oneOf(keys, "dbname", "database"),
        oneOf(keys, "username", "user"),
        oneOf(keys, "password"),
        Map.of());
  }

  private static String oneOf(Map<String, String> keys, String... names) throws Missing {
    for (String name : names) {
      String value = keys.get(name);
      if (value != null && !value.isEmpty()) {
        return value;
      }
    }
    throw new Missing(
        "the Secret has host and no key "
            + String.join(" or ", names)
            + "; it has: "
            + String.join(", ", keys.keySet()));
  }

  private static DatabaseAddress ofUri(Map<String, String> keys) throws Missing {
    String uri = keys.get("uri");
    if (uri == null) {
      throw new Missing(
          "the Secret has neither a key host nor a key uri; it has: "
              + String.join(", ", keys.keySet()));
    }
    Matcher parts = URI.matcher(uri);
    if (!parts.matches() || parts.group(3).isEmpty()) {
      throw new Missing(
          "uri in the Secret is no postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with what has a"
              + " meaning in addresses percent-encoded");
    }
    return new DatabaseAddress(
        parts.group(3),
        part(parts, 4, "the database"),
        part(parts, 1, "the user"),
        part(parts, 2, "the password"),
        options(Optional.ofNullable(parts.group(5)).orElse("")));
  }

  private static String part(Matcher parts, int group, String what) throws Missing {
    String text = parts.group(group);
    if (text == null || text.isEmpty()) {
      throw new Missing("uri in the Secret doesn't say " + what);
    }
    return decoded(text);
  }

  private static String decoded(String text) throws Missing {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Missing("uri in the Secret is not rightly percent-encoded");
    }
  }

  private static Map<String, String> options(String query) throws Missing {
    Map<String, String> options = new TreeMap<>();
    for (String one : query.split("&", -1)) {
      int equals = one.indexOf('=');
      String name = equals < 0 ? one : one.substring(0, equals);
      if (name.isEmpty() || IGNORED_OPTIONS.matcher(name).matches()) {
        continue;
      }
      if (equals < 0 || !KNOWN_OPTIONS.containsKey(name)) {
        throw new Missing(
            "uri in the Secret has the option "
                + name
                + ", which isn't supported: leave it out, or write host, port, dbname, username and"
                + " password instead");
      }
      options.put(name, decoded(one.substring(equals + 1)));
    }
    return options;
  }

  /** As the driver has it, without user and password. */
  public String url() {
    return "jdbc:postgresql://" + hosts + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
  }

  /** What the driver is told beside the URL. */
  public Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    options.forEach(
        (name, value) ->
            properties.setProperty(
                KNOWN_OPTIONS.getOrDefault(name, name),
                name.equals("target_session_attrs")
                    ? SESSION_ATTRIBUTES.getOrDefault(value, value)
                    : value));
    return properties;
  }

  @Override
  public String toString() {
    return hosts + "/" + database + " as " + user;
  }
}
