package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.preflight.PreflightFacts.NewTemplate;
import dev.godwit.operator.resource.Templates;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
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
  NewTemplate of(ServiceSpec spec, Deployment blue) {
    if (spec.patch() == null) {
      return withImage(spec, blue);
    }
    try {
      // Only the API server can apply a strategic merge patch as it would be applied for good.
      Deployment patched = cluster.patchTemplate(blue, spec.patch(), true);
      return new NewTemplate(Optional.of(patched.getSpec().getTemplate()), "");
    } catch (RejectedException e) {
      return new NewTemplate(Optional.empty(), e.getMessage());
    }
  }

  private static NewTemplate withImage(ServiceSpec spec, Deployment blue) {
    PodTemplateSpec template = blue.getSpec().getTemplate();
    return Templates.container(spec, blue)
        .map(container -> Templates.withImage(template, container, spec.image()))
        .map(next -> new NewTemplate(Optional.of(next), ""))
        .orElseGet(
            () ->
                new NewTemplate(
                    Optional.empty(),
                    "Deployment "
                        + blue.getMetadata().getName()
                        + " has several containers: name the one that gets the image"));
  }
}
