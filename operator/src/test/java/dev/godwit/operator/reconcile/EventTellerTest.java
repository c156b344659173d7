package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTellerTest {

  private final List<String> events = new ArrayList<>();
  private final EventTeller teller =
      new EventTeller(
          (about, warning, reason, message) ->
              events.add((warning ? "Warning " : "Normal ") + reason + ": " + message));

  @Test
  void whatPreflightFindsIsOneEventAndSoIsWhatItWarnsOf() {
    teller.preflightFailed(new Migration(), List.of("no Deployment orders", "no Service orders"));
    teller.warned(new Migration(), List.of("one replica", "no readiness probe"));

    assertThat(events)
        .containsExactly(
            "Warning PreflightFailed: no Deployment orders; no Service orders",
            "Warning PreflightWarning: one replica; no readiness probe");
  }
}
