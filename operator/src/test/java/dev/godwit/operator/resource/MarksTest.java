package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarksTest {

  private static final HasMetadata UNMARKED =
      new ConfigMapBuilder().withNewMetadata().withName("it").endMetadata().build();

  @Test
  void whatAMigrationMakesIsItsOwn() {
    HasMetadata made = made();

    assertThat(Marks.isHeldBy(made, "shop-2-0")).isTrue();
    assertThat(Marks.wasMadeBy(made, "uid-of-shop-2-0")).isTrue();
    assertThat(Marks.wasMadeFor(made, "uid-of-shop-2-0", "orders")).isTrue();
  }

  @Test
  void anotherMigrationOfTheSameNameDidNotMakeIt() {
    assertThat(Marks.isHeldBy(made(), "shop-3-0")).isFalse();
    assertThat(Marks.wasMadeBy(made(), "uid-of-another")).isFalse();
    assertThat(Marks.wasMadeFor(made(), "uid-of-another", "orders")).isFalse();
    assertThat(Marks.wasMadeFor(made(), "uid-of-shop-2-0", "users")).isFalse();
  }

  @Test
  void whatIsClaimedWasNotMade() {
    HasMetadata claimed =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withLabels(Map.of(Marks.MIGRATION, "shop-2-0"))
            .endMetadata()
            .build();

    assertThat(Marks.isHeldBy(claimed, "shop-2-0")).isTrue();
    assertThat(Marks.wasMadeBy(claimed, "uid-of-shop-2-0")).isFalse();
  }

  @Test
  void objectWithoutMarksIsNobodys() {
    assertThat(Marks.isHeldBy(UNMARKED, "shop-2-0")).isFalse();
    assertThat(Marks.wasMadeBy(UNMARKED, "uid-of-shop-2-0")).isFalse();
  }

  private static HasMetadata made() {
    return new ConfigMapBuilder()
        .withMetadata(Marks.metadata("it", Shop.plan(), Shop.MAKER))
        .build();
  }
}
