package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.preflight.PreflightFacts.NewTemplate;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Optional;

/** Applies the new version to blue's pod template without changing blue. */
final class NewTemplates {

  private final Cluster cluster;

  NewTemplates(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * The template with the new version, or why the API server refuses it.
   *
   * @throws ConflictException if blue has changed since it was seen
   */
  NewTemplate of(ServiceSpec spec, Workload blue) {
    if (spec.patch() == null) {
      return withImage(spec, blue);
    }
    try {
      // Only the API server can apply a strategic merge patch as it would be applied for good.
      Workload patched =
          switch (blue) {
            case Workload.OfDeployment one -> Workload.of(patched(one.object(), spec));
            case Workload.OfStatefulSet one -> Workload.of(patched(one.object(), spec));
          };
      return new NewTemplate(Optional.of(patched.template()), "");
    } catch (RejectedException e) {
      return new NewTemplate(Optional.empty(), e.getMessage());
    }
  }

  private <T extends HasMetadata> T patched(T seen, ServiceSpec spec) {
    return cluster.strategicPatch(seen, Changes.templatePatch(spec.patch()), true);
  }

  private static NewTemplate withImage(ServiceSpec spec, Workload blue) {
    PodTemplateSpec template = blue.template();
    return Templates.container(spec, blue)
        .map(container -> Templates.withImage(template, container, spec.image()))
        .map(next -> new NewTemplate(Optional.of(next), ""))
        .orElseGet(
            () ->
                new NewTemplate(
                    Optional.empty(),
                    blue.title() + " has several containers: name the one that gets the image"));
  }
}
