package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.VersionResult;
import java.util.List;
import java.util.Map;

/** Pre-images with one thing in them. */
final class PreImages {

  private PreImages() {}

  static PreImage selectors(
      Map<String, Map<String, String>> selectors, Map<String, PreImage.Baseline> baseline) {
    return new PreImage(null, null, null, null, null, selectors, null, null, baseline, null);
  }

  static PreImage made(List<String> objects) {
    return new PreImage(null, null, null, null, null, null, objects, null, null, null);
  }

  static PreImage scaleDownPolicy(String policy) {
    return new PreImage(null, null, null, null, null, null, null, policy, null, null);
  }

  static PreImage baseline(Map<String, PreImage.Baseline> baseline) {
    return new PreImage(null, null, null, null, null, null, null, null, baseline, null);
  }

  static PreImage comparison(PreImage.Comparison comparison) {
    return new PreImage(null, null, null, null, null, null, null, null, null, comparison);
  }

  /** What it took, and which version the database had then; null for what is not known. */
  static PreImage results(List<VersionResult> results, String current) {
    return new PreImage(
        null, null, null, null, null, null, null, null, null, null, results, current);
  }

  /** A workload as it is after a step: which pod template it has, and its revision. */
  static PreImage upgraded(String templateHash, String revision) {
    return new PreImage(null, templateHash, null, revision, null, null, null, null, null, null);
  }
}
