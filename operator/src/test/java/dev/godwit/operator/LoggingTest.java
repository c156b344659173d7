package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LoggingTest {

  private final LoggerContext context = new LoggerContext();

  @Test
  void logbackFindsItByItself() {
    LoggerContext used = (LoggerContext) LoggerFactory.getILoggerFactory();

    assertThat(used.getLogger("io.fabric8.kubernetes.client").getLevel()).isEqualTo(Level.WARN);
    assertThat(used.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders())
        .toIterable()
        .singleElement()
        .isInstanceOf(ConsoleAppender.class);
  }

  @Test
  void aLineForPeopleHasTimeInUtcLevelLoggerMessageAndKeys() {
    new Logging().configure(context);
    LoggingEvent event =
        new LoggingEvent(
            "", context.getLogger("dev.godwit.Somewhere"), Level.INFO, "what happened", null, null);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    event.setKeyValuePairs(List.of(new KeyValuePair("step", "orders/deploy")));

    ConsoleAppender<ILoggingEvent> console =
        (ConsoleAppender<ILoggingEvent>)
            context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");

    assertThat(console.getEncoder()).isInstanceOf(PatternLayoutEncoder.class);
    assertThat(new String(console.getEncoder().encode(event), StandardCharsets.UTF_8))
        .isEqualTo(
            "2026-01-02T03:04:05.678Z INFO  dev.godwit.Somewhere         what happened"
                + " step=\"orders/deploy\"\n");
  }

  @Test
  void theOperatorsOwnLevelAndTheFrameworksCanBeSet() {
    context.putProperty("GODWIT_LOG_LEVEL", "DEBUG");
    context.putProperty("GODWIT_LOG_LEVEL_JOSDK", "ERROR");
    new Logging().configure(context);

    assertThat(context.getLogger("dev.godwit.Somewhere").getEffectiveLevel())
        .isEqualTo(Level.DEBUG);
    assertThat(context.getLogger("io.javaoperatorsdk.Somewhere").getEffectiveLevel())
        .isEqualTo(Level.ERROR);
  }

  @Test
  void withoutALevelOrWithOneThatIsNoneItIsTheDefault() {
    context.putProperty("GODWIT_LOG_LEVEL_JOSDK", "VERBOSE");
    new Logging().configure(context);

    assertThat(context.getLogger("dev.godwit.Somewhere").getEffectiveLevel()).isEqualTo(Level.INFO);
    assertThat(context.getLogger("io.javaoperatorsdk.Somewhere").getEffectiveLevel())
        .isEqualTo(Level.WARN);
  }
}
