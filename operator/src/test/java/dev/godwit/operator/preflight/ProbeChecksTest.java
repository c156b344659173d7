package dev.godwit.operator.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A policy may be changed while an answer is under way. */
class ProbeChecksTest {

  private static final Map<String, List<String>> SERVING = Map.of("orders", List.of("10.0.0.1"));

  private static Probe probe(String path, int port, String timeout) {
    HttpCheck http = new HttpCheck(path, port, null, null, null);
    return new Probe("ready", http, null, null, null, "5s", timeout, 3);
  }

  private static ProbeChecks asked(Probe probe, Map<String, CheckResult> results) {
    return new ProbeChecks(List.of(probe), SERVING, results);
  }

  private static ProbeChecks changed(boolean passed, Probe now) {
    CheckRequest before =
        asked(probe("/readyz", 8080, "2s"), Map.of()).questions().stream()
            .findFirst()
            .orElseThrow();
    return asked(now, Map.of(before.id(), new CheckResult(passed, passed ? "" : "was 404")));
  }

  @Test
  void anAnswerToWhatIsAskedIsOne() {
    Probe same = probe("/readyz", 8080, "2s");
    assertThat(changed(true, same).questions()).isEmpty();
    assertThat(changed(true, same).problems()).isEmpty();
    assertThat(changed(false, same).problems()).hasSize(1);
  }

  @Test
  void anAnswerToWhatWasAskedBeforeAChangeLetsNothingStart() {
    assertThat(changed(true, probe("/deep", 8080, "2s")).questions()).hasSize(1);
    assertThat(changed(true, probe("/readyz", 8081, "2s")).questions()).hasSize(1);
  }

  @Test
  void aBadAnswerToWhatWasAskedBeforeAChangeIsNoProblem() {
    ProbeChecks mended = changed(false, probe("/readyz", 8080, "5s"));
    assertThat(mended.problems()).isEmpty();
    assertThat(mended.questions()).hasSize(1);
  }
}
