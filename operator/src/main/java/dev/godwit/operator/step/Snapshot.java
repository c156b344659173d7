package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Templates;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Records what is there of a service, and marks its workload and its Services as held by this
 * migration: the label is set by compare-and-set, so two migrations never hold one object.
 */
public record Snapshot(ServicePlan plan, Marks.Maker maker) implements Step {

  private static final String REVISION = "deployment.kubernetes.io/revision";

  @Override
  public String name() {
    return plan.step(Verbs.SNAPSHOT);
  }

  @Override
  public PreImage preImage(Observation seen) {
    return seen.service(plan.name()).blue().map(Snapshot::imageOf).orElse(PreImage.NONE);
  }

  private static PreImage imageOf(Deployment blue) {
    Map<String, String> images = new TreeMap<>();
    blue.getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .forEach(container -> images.put(container.getName(), container.getImage()));
    Map<String, String> annotations =
        Optional.ofNullable(blue.getMetadata().getAnnotations()).orElse(Map.of());
    return new PreImage(
        blue.getMetadata().getUid(),
        Templates.hash(blue.getSpec().getTemplate()),
        Rollouts.wanted(blue),
        annotations.get(REVISION),
        images,
        null,
        null,
        null);
  }

  @Override
  public Assessment assess(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    if (view.blue().isEmpty()) {
      return Assessment.failed(
          Reason.BLUE_DELETED, "Deployment " + plan.workload() + " does not exist any more");
    }
    Optional<String> version = runs(view.blue().get());
    if (version.isPresent() && !plan.version().isEmpty() && !version.get().equals(plan.version())) {
      return Assessment.failed(
          Reason.BLUE_CHANGED,
          "Deployment "
              + plan.workload()
              + " runs "
              + version.get()
              + " by now, and not "
              + plan.version()
              + ", which ran when the migration started");
    }
    for (String service : plan.traffic()) {
      if (!view.traffic().containsKey(service)) {
        return Assessment.failed(
            Reason.SERVICE_DELETED, "Service " + service + " does not exist any more");
      }
    }
    List<Action> holds = new ArrayList<>();
    for (HasMetadata object : objects(view).toList()) {
      Optional<String> holder = Marks.holder(object);
      if (holder.isEmpty()) {
        holds.add(Changes.hold(object, maker.migration()));
      } else if (!holder.get().equals(maker.migration())) {
        return Assessment.failed(
            Reason.HELD_BY_ANOTHER,
            object.getKind()
                + " "
                + object.getMetadata().getName()
                + " is held by Migration "
                + holder.get()
                + ": wait until that has ended, or delete it");
      }
    }
    return holds.isEmpty()
        ? Assessment.done()
        : Assessment.act("marking workload and Services", holds);
  }

  private Optional<String> runs(Deployment blue) {
    return Templates.version(blue, Optional.ofNullable(plan.spec().container()));
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    List<Action> releases =
        objects(situation.seen().service(plan.name()))
            .filter(object -> Marks.isHeldBy(object, maker.migration()))
            .map(object -> (Action) Changes.release(object))
            .toList();
    return releases.isEmpty()
        ? Assessment.done()
        : Assessment.act("letting go of workload and Services", releases);
  }

  /** The user's own objects that the migration holds. */
  private Stream<HasMetadata> objects(ServiceView view) {
    Stream<? extends HasMetadata> replacement =
        plan.makesGreen() ? Stream.empty() : view.green().stream();
    return Stream.concat(
        Stream.concat(view.blue().stream(), replacement),
        plan.traffic().stream().map(view.traffic()::get).filter(service -> service != null));
  }
}
