package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.operator.simulation.Scenario.Disturbance;
import dev.godwit.operator.simulation.Scenario.Disturbance.Kind;
import dev.godwit.operator.simulation.SchemaController.Fate;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random SchemaMigrations as stages, and what happens to them. They have a randomness of their own:
 * a scenario without them is what it was before there were any.
 */
final class SchemaGenerator {

  static final String EXPAND = "add-columns";
  static final String CONTRACT = "drop-columns";

  private static final List<Kind> KINDS =
      List.of(
          Kind.ABORT_SCHEMA,
          Kind.ABORT_SCHEMA,
          Kind.DELETE_SCHEMA,
          Kind.DELETE_SCHEMA,
          Kind.UNMARK_SCHEMA,
          Kind.UNMARK_SCHEMA,
          Kind.UNLABEL_SCHEMA,
          Kind.TOUCH_SCHEMA,
          Kind.TOUCH_SCHEMA,
          Kind.REFUSE_WRITES,
          Kind.ABORT,
          Kind.DELETE_MIGRATION);

  private static final List<String> MOMENTS =
      Arrays.asList(
          null,
          "schema-" + EXPAND,
          "schema-" + EXPAND,
          Verbs.SNAPSHOT,
          Verbs.DEPLOY,
          Verbs.SWITCH,
          Verbs.MONITOR,
          Verbs.UPGRADE,
          Verbs.REMOVE,
          "release-schemas",
          "release-schemas",
          "schema-" + CONTRACT,
          "schema-" + CONTRACT,
          "release-contracted",
          "release-contracted",
          Verbs.RELEASE);

  private final Random random;

  private SchemaGenerator(Random random) {
    this.random = random;
  }

  /** The same scenario, in a part of them with schemas. */
  static Scenario staged(Scenario scenario, Random random) {
    return random.nextInt(5) > 0 ? scenario : new SchemaGenerator(random).staged(scenario);
  }

  private Scenario staged(Scenario scenario) {
    int which = random.nextInt(4);
    List<SchemaStage> stages = new ArrayList<>();
    List<HasMetadata> objects = new ArrayList<>(scenario.objects());
    Map<String, Fate> fates = new HashMap<>();
    if (which != 1) {
      OnRollback onRollback = chance(0.6) ? OnRollback.TAKE_BACK : OnRollback.KEEP;
      stages.add(new SchemaStage(EXPAND, SchemaWhen.BEFORE_DEPLOY, onRollback));
      objects.add(Inventory.schema(EXPAND, "shop-db", chance(0.2), versions(1)));
      fates.put(EXPAND, fate());
    }
    if (which != 0) {
      stages.add(new SchemaStage(CONTRACT, SchemaWhen.AFTER_CLEANUP, OnRollback.TAKE_BACK));
      objects.add(
          Inventory.schema(
              CONTRACT, chance(0.7) ? "shop-db" : "stock-db", chance(0.5), versions(5)));
      fates.put(CONTRACT, fate());
    }
    List<Disturbance> disturbances = new ArrayList<>(scenario.disturbances());
    for (int i = random.nextInt(4); i > 1; i--) {
      disturbances.add(disturbance(scenario, stages));
    }
    if (chance(0.1)) {
      disturbances.add(
          new Disturbance(
              Kind.WITHDRAW_SCHEMA,
              any(stages).migration(),
              scenario.spec().services().getFirst().name() + "/" + Verbs.SNAPSHOT,
              Duration.ofMillis(random.nextInt(90_000))));
    }
    return scenario.with(stages, objects, disturbances, fates);
  }

  private Disturbance disturbance(Scenario scenario, List<SchemaStage> stages) {
    Kind kind = any(KINDS);
    String moment = any(MOMENTS);
    boolean ofAll = Verbs.MONITOR.equals(moment) && scenario.spec().strategy().blueGreen() != null;
    boolean ofSchemas = moment != null && moment.matches("schema-.*|release-.+");
    boolean ofService = moment != null && !ofSchemas && !ofAll;
    return new Disturbance(
        kind,
        any(stages).migration(),
        ofService ? any(scenario.spec().services()).name() + "/" + moment : moment,
        Duration.ofMillis(random.nextInt(chance(0.5) ? 3000 : 60000)));
  }

  private List<String> versions(int first) {
    List<String> versions = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      versions.add(Integer.toString(first + i));
    }
    return versions;
  }

  private Fate fate() {
    return chance(0.5) ? Fate.GOOD : any(List.of(Fate.values()));
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
