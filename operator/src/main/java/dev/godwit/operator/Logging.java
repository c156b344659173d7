package dev.godwit.operator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the operator logs, and how. Logback finds it by itself. A file for Logback would need an XML
 * parser, whose classes would stay resident.
 *
 * <p>Each setting is a property of the context, else a system property, else an environment
 * variable:
 *
 * <ul>
 *   <li>{@value #FORMAT}: text (the default, for people) or json (one object a line, for
 *       collectors)
 *   <li>{@value #LEVEL}: from which level on the operator's own are logged; default INFO
 *   <li>{@value #JOSDK_LEVEL}: the same of the Java Operator SDK; default WARN
 * </ul>
 */
public final class Logging extends ContextAwareBase implements Configurator {

  /** The name of the setting for the format. */
  public static final String FORMAT = "GODWIT_LOG_FORMAT";

  private static final String LEVEL = "GODWIT_LOG_LEVEL";
  private static final String JOSDK_LEVEL = "GODWIT_LOG_LEVEL_JOSDK";

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX,UTC} %-5level %-28logger{28} %msg %kvp%n%ex";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    set(context, "io.fabric8.kubernetes.client", Level.WARN);
    // It warns at each start that v1alpha1 is not stable, which we know.
    set(context, "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils", Level.ERROR);
    set(context, "io.javaoperatorsdk", level(context, JOSDK_LEVEL, Level.WARN));
    set(context, "Default ConfigurationService implementation", Level.WARN);
    set(context, "dev.godwit", level(context, LEVEL, Level.INFO));
    set(context, Logger.ROOT_LOGGER_NAME, Level.INFO);
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console(context));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static void set(LoggerContext context, String logger, Level level) {
    context.getLogger(logger).setLevel(level);
  }

  private static Level level(LoggerContext context, String name, Level otherwise) {
    return Level.toLevel(setting(context, name).orElse(""), otherwise);
  }

  private static Optional<String> setting(LoggerContext context, String name) {
    return Stream.of(context.getProperty(name), System.getProperty(name), System.getenv(name))
        .filter(value -> value != null && !value.isEmpty())
        .findFirst();
  }

  private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
    boolean json = setting(context, FORMAT).filter("json"::equals).isPresent();
    Encoder<ILoggingEvent> encoder = json ? json() : text();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("console");
    console.setEncoder(encoder);
    console.start();
    return console;
  }

  private static Encoder<ILoggingEvent> text() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(PATTERN);
    return encoder;
  }

  private static Encoder<ILoggingEvent> json() {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setWithSequenceNumber(false);
    encoder.setWithContext(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithMarkers(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    return encoder;
  }
}
