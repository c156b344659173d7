package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodAffinity;
import io.fabric8.kubernetes.api.model.PodAffinityBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import io.fabric8.kubernetes.api.model.PodAntiAffinityBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTermBuilder;
import java.util.List;

/** The pod template of green: green's labels, outside and in the selectors inside. */
final class GreenTemplate {

  private final Sides sides;

  private GreenTemplate(Sides sides) {
    this.sides = sides;
  }

  static PodTemplateSpec of(PodTemplateSpec newTemplate, Sides sides) {
    PodSpec spec = newTemplate.getSpec();
    GreenTemplate template = new GreenTemplate(sides);
    return new PodTemplateSpecBuilder(newTemplate)
        .editOrNewMetadata()
        .addToLabels(sides.changed())
        .endMetadata()
        .withSpec(
            new PodSpecBuilder(spec)
                .withAffinity(template.affinity(spec.getAffinity()))
                .withTopologySpreadConstraints(
                    spec.getTopologySpreadConstraints().stream().map(template::spread).toList())
                .build())
        .build();
  }

  private Affinity affinity(Affinity affinity) {
    if (affinity == null) {
      return null;
    }
    return new AffinityBuilder(affinity)
        .withPodAffinity(together(affinity.getPodAffinity()))
        .withPodAntiAffinity(apart(affinity.getPodAntiAffinity()))
        .build();
  }

  private PodAffinity together(PodAffinity affinity) {
    if (affinity == null) {
      return null;
    }
    return new PodAffinityBuilder(affinity)
        .withRequiredDuringSchedulingIgnoredDuringExecution(
            required(affinity.getRequiredDuringSchedulingIgnoredDuringExecution()))
        .withPreferredDuringSchedulingIgnoredDuringExecution(
            preferred(affinity.getPreferredDuringSchedulingIgnoredDuringExecution()))
        .build();
  }

  private PodAntiAffinity apart(PodAntiAffinity affinity) {
    if (affinity == null) {
      return null;
    }
    return new PodAntiAffinityBuilder(affinity)
        .withRequiredDuringSchedulingIgnoredDuringExecution(
            required(affinity.getRequiredDuringSchedulingIgnoredDuringExecution()))
        .withPreferredDuringSchedulingIgnoredDuringExecution(
            preferred(affinity.getPreferredDuringSchedulingIgnoredDuringExecution()))
        .build();
  }

  private List<PodAffinityTerm> required(List<PodAffinityTerm> terms) {
    return terms.stream().map(this::term).toList();
  }

  private List<WeightedPodAffinityTerm> preferred(List<WeightedPodAffinityTerm> terms) {
    return terms.stream()
        .map(
            weighted ->
                new WeightedPodAffinityTermBuilder(weighted)
                    .withPodAffinityTerm(term(weighted.getPodAffinityTerm()))
                    .build())
        .toList();
  }

  private PodAffinityTerm term(PodAffinityTerm term) {
    LabelSelector selector = sides.mirrored(term.getLabelSelector());
    return new PodAffinityTermBuilder(term).withLabelSelector(selector).build();
  }

  private TopologySpreadConstraint spread(TopologySpreadConstraint constraint) {
    LabelSelector selector = sides.mirrored(constraint.getLabelSelector());
    return new TopologySpreadConstraintBuilder(constraint).withLabelSelector(selector).build();
  }
}
