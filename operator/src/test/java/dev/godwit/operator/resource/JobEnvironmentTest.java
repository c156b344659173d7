package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.operator.plan.ServiceView;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the Job of a member finds in its environment. */
class JobEnvironmentTest {

  private static final Marks.Maker MAKER = new Marks.Maker("shop-2-0", "uid", "shop");

  private static JobEnvironment ofMember(
      String member, OptionalInt ordinal, Optional<String> address) {
    Service service =
        new ServiceBuilder(Shop.service("orders", Map.of("app", "orders")))
            .editSpec()
            .editFirstPort()
            .withTargetPort(new IntOrString(8080))
            .endPort()
            .endSpec()
            .build();
    ServiceView view =
        new ServiceView(
            Optional.of(Shop.deployment("orders", Map.of("app", "orders"))),
            Optional.empty(),
            Optional.empty(),
            Map.of("orders", service),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Set.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Map.of(),
            List.of(),
            Map.of(),
            Map.of());
    return JobEnvironment.ofMember(Shop.plan(), view, MAKER, member, ordinal, address);
  }

  @Test
  void theJobOfAMemberFindsWhichItIsAndWhereItsPodAnswers() {
    JobEnvironment environment = ofMember("orders-2", OptionalInt.of(2), Optional.of("10.0.0.2"));

    assertThat(environment.values())
        .containsEntry("GODWIT_MEMBER", "orders-2")
        .containsEntry("GODWIT_ORDINAL", "2")
        .containsEntry("GODWIT_GREEN_HOST", "10.0.0.2")
        .containsEntry("GODWIT_GREEN_PORT", "8080")
        .containsEntry("GODWIT_BLUE_HOST", "orders.shop.svc")
        .containsEntry("GODWIT_BLUE_PORT", "80");
  }

  @Test
  void aWorkloadAsAWholeHasNoOrdinal() {
    assertThat(ofMember("orders", OptionalInt.empty(), Optional.empty()).values())
        .containsEntry("GODWIT_MEMBER", "orders")
        .doesNotContainKey("GODWIT_ORDINAL");
  }

  @Test
  void theNameOfTheMemberIsFilledInAnywhereInTheTemplate() {
    ObjectNode template = JsonNodeFactory.instance.objectNode();
    template.putArray("volumes").addObject().put("claimName", "data-$(GODWIT_MEMBER)");
    template.put("number", "$(GODWIT_ORDINAL)").put("other", "$(GODWIT_BLUE_HOST)").put("one", 1);

    JsonNode expanded =
        ofMember("orders-2", OptionalInt.of(2), Optional.empty()).expanded(template);

    assertThat(expanded.at("/volumes/0/claimName").asText()).isEqualTo("data-orders-2");
    assertThat(expanded.get("number").asText()).isEqualTo("2");
    assertThat(expanded.get("other").asText()).isEqualTo("$(GODWIT_BLUE_HOST)");
    assertThat(expanded.get("one").asInt()).isEqualTo(1);
  }
}
