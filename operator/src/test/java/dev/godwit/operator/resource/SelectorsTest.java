package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectorsTest {

  private static final Map<String, String> LABELS = Map.of("app", "orders", "tier", "backend");

  @Test
  void serviceWithoutSelectorSelectsNothing() {
    assertThat(Selectors.matches((Map<String, String>) null, LABELS)).isFalse();
    assertThat(Selectors.matches(Map.of(), LABELS)).isFalse();
  }

  @Test
  void serviceSelectsByAllOfItsKeys() {
    assertThat(Selectors.matches(Map.of("app", "orders", "tier", "backend"), LABELS)).isTrue();
    assertThat(Selectors.matches(Map.of("app", "orders", "tier", "web"), LABELS)).isFalse();
    assertThat(Selectors.matches(Map.of("app", "orders", "zone", "a"), LABELS)).isFalse();
  }

  @Test
  void absentLabelSelectorSelectsNothingAndAnEmptyOneEverything() {
    assertThat(Selectors.matches((LabelSelector) null, LABELS)).isFalse();
    assertThat(Selectors.matches(new LabelSelector(), LABELS)).isTrue();
    assertThat(Selectors.matches(new LabelSelector(), Map.of())).isTrue();
  }

  @Test
  void expressionsAreEvaluatedAsByTheApiServer() {
    assertThat(matches("app", "In", "users", "orders")).isTrue();
    assertThat(matches("app", "In", "users")).isFalse();
    assertThat(matches("zone", "In", "a")).isFalse();
    assertThat(matches("app", "NotIn", "users")).isTrue();
    assertThat(matches("app", "NotIn", "orders")).isFalse();
    assertThat(matches("zone", "NotIn", "a")).isTrue();
    assertThat(matches("app", "Exists")).isTrue();
    assertThat(matches("zone", "Exists")).isFalse();
    assertThat(matches("app", "DoesNotExist")).isFalse();
    assertThat(matches("zone", "DoesNotExist")).isTrue();
  }

  @Test
  void labelsAndExpressionsMustAllHold() {
    LabelSelector selector =
        new LabelSelectorBuilder()
            .addToMatchLabels("app", "orders")
            .addToMatchExpressions(
                new LabelSelectorRequirement("tier", "NotIn", List.of("backend")))
            .build();

    assertThat(Selectors.matches(selector, LABELS)).isFalse();
    assertThat(Selectors.matches(selector, Map.of("app", "orders"))).isTrue();
  }

  @Test
  void unknownOperatorIsRefused() {
    assertThatThrownBy(() -> matches("app", "Like", "ord%"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Like");
  }

  @Test
  void serviceSelectsTheDeploymentWhosePodsItSelects() {
    assertThat(
            Selectors.serviceSelects(Shop.service("orders", Map.of("app", "orders")), Shop.blue()))
        .isTrue();
    assertThat(Selectors.serviceSelects(Shop.service("users", Map.of("app", "users")), Shop.blue()))
        .isFalse();
  }

  private static boolean matches(String key, String operator, String... values) {
    return Selectors.matches(
        new LabelSelectorBuilder()
            .addToMatchExpressions(new LabelSelectorRequirement(key, operator, List.of(values)))
            .build(),
        LABELS);
  }
}
