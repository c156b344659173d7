package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.Logging;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogTellerTest {

  private final Logger log = (Logger) LoggerFactory.getLogger(LogTeller.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Migration migration = migration();

  private static Migration migration() {
    Migration migration = new Migration();
    migration.getMetadata().setNamespace("prod");
    migration.getMetadata().setName("shop-2-0");
    return migration;
  }

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void leave() {
    log.detachAppender(lines);
  }

  /** What was told of this Migration: others are tested at the same time. */
  private List<ILoggingEvent> told() {
    return List.copyOf(lines.list).stream()
        .filter(line -> keys(line).contains("prod/shop-2-0"))
        .toList();
  }

  private static String keys(ILoggingEvent line) {
    return value(line, "namespace") + "/" + value(line, "migration") + "/" + value(line, "step");
  }

  private static Object value(ILoggingEvent line, String key) {
    return line.getKeyValuePairs().stream()
        .filter(pair -> pair.key.equals(key))
        .map(pair -> pair.value)
        .findFirst()
        .orElse("");
  }

  private void stepBegins() {
    Plan plan = new Plan(List.of(Plans.stage("deploy", "Deploying", "orders/deploy")), List.of());
    Journal before = Plans.begin(plan);
    Journal after = Plans.with(before, "orders/deploy", StepState.RUNNING, 1, "creating green");
    new LogTeller().recorded(migration, plan, Optional.of(before), after);
  }

  @Test
  void aLineAboutAStepSaysWhoseItIs() {
    stepBegins();

    assertThat(told())
        .first()
        .satisfies(
            line -> {
              assertThat(keys(line)).isEqualTo("prod/shop-2-0/orders/deploy");
              assertThat(line.getFormattedMessage()).contains("creating green");
            });
  }

  @Test
  void asJsonItIsAnObjectALineWithTheSameKeys() throws Exception {
    stepBegins();
    LoggerContext json = new LoggerContext();
    json.putProperty(Logging.FORMAT, "json");
    new Logging().configure(json);
    ConsoleAppender<?> console =
        (ConsoleAppender<?>) json.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
    JsonEncoder encoder = (JsonEncoder) console.getEncoder();

    String line = new String(encoder.encode(told().getFirst()), StandardCharsets.UTF_8);

    assertThat(line.strip()).doesNotContain("\n");
    JsonNode object = new ObjectMapper().readTree(line);
    assertThat(object.path("formattedMessage").asText()).contains("creating green");
    assertThat(object.toString())
        .contains("\"namespace\":\"prod\"", "\"migration\":\"shop-2-0\"")
        .contains("\"step\":\"orders/deploy\"");
  }
}
