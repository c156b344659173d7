package dev.godwit.operator.resource;

import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Metadata of an object that is made in the image of another. */
final class CopiedMetadata {

  /**
   * Labels by which a tool takes an object for one of its own, and deletes it since it is not in
   * Git. {@code app.kubernetes.io/instance} is Argo CD's, unless it tracks by annotation.
   */
  private static final Set<String> TRACKING =
      Set.of("app.kubernetes.io/instance", "app.kubernetes.io/managed-by");

  /** Prefixes of labels and annotations that speak of one object only, or of who owns it. */
  private static final List<String> NOT_COPIED =
      List.of(
          "deployment.kubernetes.io/",
          "kubectl.kubernetes.io/last-applied-configuration",
          "applyset.kubernetes.io/",
          "argocd.argoproj.io/",
          "kustomize.toolkit.fluxcd.io/",
          "helm.toolkit.fluxcd.io/",
          "meta.helm.sh/",
          "helm.sh/",
          "kapp.k14s.io/",
          "objectset.rio.cattle.io/",
          "configsync.gke.io/",
          "configmanagement.gke.io/");

  private CopiedMetadata() {}

  /**
   * Another name, the labels and annotations of the original as far as they hold for a copy, and
   * the marks of the migration; nothing else. Labels that tell green from blue have green's values.
   */
  static ObjectMeta of(ObjectMeta original, String name, ServicePlan plan, Marks.Maker maker) {
    Map<String, String> labels = copied(original.getLabels());
    labels.keySet().removeAll(TRACKING);
    labels.replaceAll(plan.greenLabels()::getOrDefault);
    ObjectMeta marks = Marks.metadata(name, plan, maker);
    labels.putAll(marks.getLabels());
    Map<String, String> annotations = copied(original.getAnnotations());
    annotations.putAll(marks.getAnnotations());
    return new ObjectMetaBuilder(marks).withLabels(labels).withAnnotations(annotations).build();
  }

  private static Map<String, String> copied(Map<String, String> original) {
    Map<String, String> copy = new TreeMap<>(original == null ? Map.of() : original);
    copy.keySet().removeIf(key -> NOT_COPIED.stream().anyMatch(key::startsWith));
    return copy;
  }
}
