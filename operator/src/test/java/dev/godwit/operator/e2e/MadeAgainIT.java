package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V2;

import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is made again a moment after it was deleted, as {@code kubectl replace --force} does, is
 * looked at like the first: whatever the operator is doing about that one then.
 */
@EndToEnd
class MadeAgainIT {

  private static final int TIMES = 20;

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void migrationsMadeAgainUnderTheirNamesAreLookedAt() {
    Application missing = Application.podinfo(sandbox.namespace(), "shop");
    allAreLookedAt(name -> MigrationFixture.named(name).image(missing, missing.image(V2)).build());
  }

  @Test
  void schemaMigrationsMadeAgainUnderTheirNamesAreLookedAt() {
    allAreLookedAt(name -> Schemas.of(name, "versionsFrom: [{configMap: missing}]\n"));
  }

  /** Some are deleted while they are new, some when the operator has looked at them. */
  private <R extends CustomResource<?, ?>> void allAreLookedAt(Function<String, R> making) {
    List<R> again = new ArrayList<>();
    IntStream.range(0, TIMES)
        .mapToObj(time -> making.apply("again-" + time))
        .forEach(
            one -> {
              R first = sandbox.create(one);
              if (again.size() % 2 == 1) {
                isLookedAt(first);
              }
              LocalCluster.CLIENT.resource(first).delete();
              again.add(sandbox.create(one));
            });
    again.forEach(MadeAgainIT::isLookedAt);
  }

  private static <R extends CustomResource<?, ?>> void isLookedAt(R one) {
    Eventually.until(
        LocalCluster.CLIENT.resource(one),
        one.getMetadata().getName() + " to have a status",
        seen -> seen != null && seen.getStatus() != null);
  }
}
