package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GreenLabelsTest {

  private static final Optional<String> NO_WISH = Optional.empty();

  @Test
  void oneLabelIsEnoughWhereWorkloadAndServiceGoByIt() {
    assertThat(choose(Map.of("app", "orders"), NO_WISH, List.of(Map.of("app", "orders"))))
        .contains(Map.of("app", "orders-green"));
  }

  @Test
  void serviceIsLeftByAnyOneOfItsKeys() {
    Map<String, String> selector = Map.of("app", "orders", "tier", "backend", "team", "shop");

    assertThat(choose(selector, NO_WISH, List.of(selector)))
        .contains(Map.of("app", "orders-green"));
  }

  @Test
  void serviceThatGoesByAnotherLabelNeedsASecondOne() {
    Deployment blue =
        withPodLabel(Shop.deployment("orders", Map.of("app", "orders")), "web", "yes");

    assertThat(GreenLabels.choose(blue, List.of(service(Map.of("web", "yes"))), NO_WISH))
        .contains(Map.of("app", "orders-green", "web", "yes-green"));
  }

  @Test
  void commonKeyIsTakenWhereServicesOverlap() {
    Map<String, String> labels = Map.of("a", "1", "b", "2", "c", "3");

    assertThat(
            choose(
                labels, NO_WISH, List.of(Map.of("a", "1", "c", "3"), Map.of("b", "2", "c", "3"))))
        .contains(Map.of("c", "3-green"));
  }

  @Test
  void theCustomaryKeysArePreferred() {
    Map<String, String> labels =
        Map.of(
            "a", "1",
            "k8s-app", "orders",
            "app", "orders",
            "app.kubernetes.io/instance", "shop",
            "app.kubernetes.io/name", "orders");
    Map<String, String> fewer = new HashMap<>(labels);
    fewer.remove("app.kubernetes.io/name");

    assertThat(choose(labels, NO_WISH, List.of()))
        .contains(Map.of("app.kubernetes.io/name", "orders-green"));
    assertThat(choose(fewer, NO_WISH, List.of()))
        .contains(Map.of("app.kubernetes.io/instance", "shop-green"));
  }

  @Test
  void wishedKeyIsAmongThem() {
    Map<String, String> labels = Map.of("app", "orders", "track", "stable");

    assertThat(choose(labels, Optional.of("track"), List.of(labels)))
        .contains(Map.of("track", "stable-green"));
  }

  @Test
  void wishedKeyThatIsNotEnoughIsHelpedOut() {
    Deployment blue =
        withPodLabel(Shop.deployment("orders", Map.of("app", "orders")), "track", "stable");

    assertThat(GreenLabels.choose(blue, List.of(), Optional.of("track")))
        .contains(Map.of("track", "stable-green", "app", "orders-green"));
  }

  @Test
  void wishedKeyThatThePodsDoNotCarryIsRefused() {
    assertThat(choose(Map.of("app", "orders"), Optional.of("track"), List.of())).isEmpty();
  }

  @Test
  void selectorThatOnlyAsksForKeysCannotBeLeft() {
    Deployment blue =
        new DeploymentBuilder(withPodLabel(Shop.deployment("orders", Map.of()), "app", "orders"))
            .editSpec()
            .editSelector()
            .addToMatchExpressions(new LabelSelectorRequirement("app", "Exists", List.of()))
            .endSelector()
            .endSpec()
            .build();

    assertThat(GreenLabels.choose(blue, List.of(), NO_WISH)).isEmpty();
  }

  @Test
  void valueThatTheSelectorNamesIsPassedOver() {
    Deployment blue =
        new DeploymentBuilder(withPodLabel(Shop.deployment("orders", Map.of()), "app", "orders"))
            .editSpec()
            .editSelector()
            .addToMatchExpressions(
                new LabelSelectorRequirement("app", "In", List.of("orders", "orders-green")))
            .endSelector()
            .endSpec()
            .build();

    assertThat(GreenLabels.choose(blue, List.of(), NO_WISH))
        .contains(Map.of("app", "orders-green-2"));
  }

  @Test
  void whatAnEarlierMigrationBroughtIsCountedOn() {
    assertThat(choose(Map.of("app", "orders-green"), NO_WISH, List.of()))
        .contains(Map.of("app", "orders-green-2"));
    assertThat(choose(Map.of("app", "orders-green-2"), NO_WISH, List.of()))
        .contains(Map.of("app", "orders-green-3"));
    assertThat(choose(Map.of("app", ""), NO_WISH, List.of())).contains(Map.of("app", "green"));
  }

  @Test
  void longValuesAreCutAndStayApart() {
    String one = "a".repeat(62) + "1";
    String other = "a".repeat(62) + "2";

    String green = choose(Map.of("app", one), NO_WISH, List.of()).orElseThrow().get("app");

    assertThat(green).hasSizeLessThanOrEqualTo(63).matches("a{48}-[0-9a-f]{8}-green");
    assertThat(choose(Map.of("app", one), NO_WISH, List.of()).orElseThrow())
        .containsEntry("app", green);
    assertThat(choose(Map.of("app", other), NO_WISH, List.of()).orElseThrow().get("app"))
        .isNotEqualTo(green);
    assertThat(choose(Map.of("app", green), NO_WISH, List.of()).orElseThrow().get("app"))
        .hasSizeLessThanOrEqualTo(63)
        .endsWith("-green-2");
  }

  /** Random selectors over few keys, so that they overlap: two thousand cases, each by its seed. */
  @Test
  void whatIsChosenIsNeverSelectedAndNeverLargerThanNeeded() {
    Set<Integer> sizes = new HashSet<>();
    for (long seed = 0; seed < 2000; seed++) {
      Case drawn = Case.draw(new Random(seed));

      Optional<Map<String, String>> chosen =
          GreenLabels.choose(drawn.blue(), drawn.services(), drawn.wished());

      assertThat(chosen.isPresent()).as("seed %d: %s", seed, drawn).isEqualTo(smallest(drawn) >= 0);
      if (chosen.isPresent()) {
        assertThat(drawn.isFree(chosen.get())).as("seed %d: %s", seed, drawn).isTrue();
        assertThat(chosen.get()).as("seed %d: %s", seed, drawn).hasSize(smallest(drawn));
        drawn.wished().ifPresent(wished -> assertThat(chosen.get()).containsKey(wished));
      }
      sizes.add(smallest(drawn));
    }
    assertThat(sizes).as("cases of every kind were drawn").contains(-1, 1, 2, 3);
  }

  /** Over all subsets of the pods' labels, with a value that nothing names; -1 if none will do. */
  private static int smallest(Case drawn) {
    List<String> keys = List.copyOf(Selectors.podLabels(drawn.blue()).keySet());
    int smallest = -1;
    for (int subset = 1; subset < 1 << keys.size(); subset++) {
      Map<String, String> changed = new HashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        if ((subset >> i & 1) == 1) {
          changed.put(keys.get(i), "nobody-names-this");
        }
      }
      boolean wishIsMet = drawn.wished().map(changed::containsKey).orElse(true);
      if (wishIsMet && drawn.isFree(changed) && (smallest < 0 || changed.size() < smallest)) {
        smallest = changed.size();
      }
    }
    return smallest;
  }

  private record Case(Deployment blue, List<Service> services, Optional<String> wished) {

    private static final List<String> KEYS = List.of("app", "tier", "team", "zone", "k8s-app");

    static Case draw(Random random) {
      Map<String, String> labels = subset(random, 4);
      Deployment blue = Shop.deployment("orders", labels);
      blue.getSpec().getSelector().setMatchLabels(part(labels, random));
      if (random.nextBoolean()) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        List<String> values = List.of("v", "v-green");
        boolean carried = labels.containsKey(key);
        blue =
            new DeploymentBuilder(blue)
                .editSpec()
                .editSelector()
                .addToMatchExpressions(
                    new LabelSelectorRequirement(
                        key,
                        carried ? random.nextBoolean() ? "In" : "Exists" : "NotIn",
                        carried && random.nextInt(3) == 0 ? List.of("v") : values))
                .endSelector()
                .endSpec()
                .build();
      }
      List<Service> services = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        services.add(service(part(labels, random)));
      }
      return new Case(
          blue,
          services,
          random.nextInt(4) == 0
              ? Optional.of(KEYS.get(random.nextInt(KEYS.size())))
              : Optional.empty());
    }

    boolean isFree(Map<String, String> changed) {
      Map<String, String> labels = new HashMap<>(Selectors.podLabels(blue));
      labels.putAll(changed);
      return !Selectors.matches(blue.getSpec().getSelector(), labels)
          && services.stream().noneMatch(s -> Selectors.matches(s.getSpec().getSelector(), labels));
    }

    private static Map<String, String> subset(Random random, int chances) {
      Map<String, String> labels = new HashMap<>();
      KEYS.stream().filter(key -> random.nextInt(chances) > 0).forEach(key -> labels.put(key, "v"));
      return labels;
    }

    private static Map<String, String> part(Map<String, String> labels, Random random) {
      Map<String, String> part = new HashMap<>(labels);
      part.keySet().removeIf(key -> random.nextBoolean());
      return part;
    }
  }

  private static Optional<Map<String, String>> choose(
      Map<String, String> labels, Optional<String> wished, List<Map<String, String>> selectors) {
    return GreenLabels.choose(
        Shop.deployment("orders", labels),
        selectors.stream().map(GreenLabelsTest::service).toList(),
        wished);
  }

  private static Service service(Map<String, String> selector) {
    return Shop.service("orders", selector);
  }

  private static Deployment withPodLabel(Deployment blue, String key, String value) {
    return new DeploymentBuilder(blue)
        .editSpec()
        .editTemplate()
        .editMetadata()
        .addToLabels(key, value)
        .endMetadata()
        .endTemplate()
        .endSpec()
        .build();
  }
}
