package dev.godwit.operator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.step.Openings;
import io.fabric8.kubernetes.api.builder.Visitor;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rules of the packages: imports point down, and the core is pure. */
class ArchitectureTest {

  private static final String ROOT = "dev.godwit.operator";

  /** From the top down; a package may use those below it. */
  private static final List<String> LAYERS =
      List.of(
          ROOT,
          ROOT + ".reconcile",
          ROOT + ".cluster",
          ROOT + ".strategy",
          ROOT + ".preflight",
          ROOT + ".guard",
          ROOT + ".step",
          ROOT + ".resource",
          ROOT + ".metric",
          ROOT + ".schema",
          ROOT + ".plan");

  private static final String[] PURE =
      LAYERS.subList(LAYERS.indexOf(ROOT + ".strategy"), LAYERS.size()).toArray(String[]::new);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyClassIsInAPackageThatTheRulesKnow() {
    classes().should().resideInAnyPackage(LAYERS.toArray(String[]::new)).check(CLASSES);
  }

  @Test
  void importsPointDown() {
    IntStream.range(1, LAYERS.size())
        .mapToObj(
            layer ->
                noClasses()
                    .that()
                    .resideInAPackage(LAYERS.get(layer))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(LAYERS.subList(0, layer).toArray(String[]::new)))
        .forEach(rule -> rule.check(CLASSES));
  }

  @Test
  void theCoreKnowsNoClientNoFrameworkAndNoLogger() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.fabric8.kubernetes.client..",
                "io.javaoperatorsdk..",
                "io.micrometer..",
                "org.slf4j..",
                "ch.qos.logback..",
                "java.net.."))
        .check(CLASSES);
  }

  @Test
  void theCoreKnowsNoClockAndNoRandomness() {
    purity().check(CLASSES);
  }

  private static ArchRule purity() {
    return noClasses()
        .that(resideInAnyPackage(PURE).or(JavaClass.Predicates.equivalentTo(Impure.class)))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Clock.class, Random.class, ThreadLocalRandom.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID");
  }

  @Test
  void onlyTheBorderUsesTheClient() {
    noClasses()
        .that(resideInAPackage(ROOT + ".reconcile").or(resideInAPackage(ROOT + ".preflight")))
        .should()
        .dependOnClassesThat(resideInAPackage("io.fabric8.kubernetes.client.dsl.."))
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient")
        .check(CLASSES);
  }

  @Test
  void versionsOfASchemaAreReadWithoutTheRestOfTheOperator() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".schema")
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + "..")
                .and(DescribedPredicate.not(resideInAPackage(ROOT + ".schema"))))
        .check(CLASSES);
  }

  @Test
  void onePlaceReadsSchedules() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Openings.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.cronutils..")
        .check(CLASSES);
  }

  @Test
  void everyPackageSaysWhatItIs() {
    Path sources = Path.of("src/main/java");
    assertThat(LAYERS)
        .allSatisfy(
            layer ->
                assertThat(sources.resolve(layer.replace('.', '/')).resolve("package-info.java"))
                    .matches(Files::exists, "exists"));
  }

  /**
   * What is in a cache is handed out without a copy. These set what they have made or read
   * themselves.
   */
  @Test
  void nothingChangesAnObjectThatItWasGiven() {
    unchanging()
        .because("see Uncloned")
        .check(
            CLASSES.that(
                DescribedPredicate.not(
                    simpleNames(
                        "KubernetesCluster",
                        "BareObjects",
                        "Policies",
                        "Lease",
                        "VolumeSnapshots"))));
  }

  private static DescribedPredicate<JavaClass> simpleNames(String... names) {
    return DescribedPredicate.describe(
        "are one of " + List.of(names), one -> List.of(names).contains(one.getSimpleName()));
  }

  private static ArchRule unchanging() {
    return noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "sets something of an object",
                call ->
                    call.getTarget().getName().startsWith("set")
                        && call.getTargetOwner().isAssignableTo(KubernetesResource.class)));
  }

  @Test
  void theRuleOfObjectsWouldSeeASetter() {
    assertThatThrownBy(
            () -> unchanging().check(new ClassFileImporter().importClasses(Changing.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("setSpec");
  }

  /** What the rule must catch. */
  static final class Changing {
    private Changing() {}

    static void change(Migration given) {
      given.setSpec(null);
    }
  }

  /** The image's objects have no such methods: see ModelWithoutEditing. */
  @Test
  void nothingIsEditedByVisitors() {
    unvisited().check(CLASSES);
  }

  private static ArchRule unvisited() {
    return noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "takes a visitor",
                call ->
                    call.getTarget().getRawParameterTypes().stream()
                        .map(JavaClass::getBaseComponentType)
                        .anyMatch(type -> type.isAssignableTo(Visitor.class))));
  }

  @Test
  void theRuleOfVisitorsWouldSeeOne() {
    JavaClasses visiting = new ClassFileImporter().importClasses(Visiting.class);

    assertThatThrownBy(() -> unvisited().check(visiting)).isInstanceOf(AssertionError.class);
  }

  /** What the rule must catch. */
  static final class Visiting {
    private Visiting() {}

    static Pod visit(Resource<Pod> pod) {
      return pod.edit(PodBuilder.class, builder -> builder.withNewSpec().endSpec());
    }
  }

  @Test
  void theRuleOfPurityWouldSeeAClock() {
    JavaClasses impure = new ClassFileImporter().importClasses(Impure.class);

    assertThatThrownBy(() -> purity().check(impure)).isInstanceOf(AssertionError.class);
  }

  /** What the rule must catch. */
  static final class Impure {
    private Impure() {}

    static Instant now() {
      return Instant.now();
    }
  }
}
