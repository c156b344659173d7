package dev.godwit.contract.load;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The operator's pure core will use these classes. */
class PureTest {

  @Test
  void theContractNeedsNothingThatHasAClockALoggerOrANetwork() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.godwit.contract..",
            "com.fasterxml.jackson.annotation",
            "java.lang..",
            "java.util",
            "java.util.function",
            "java.util.regex",
            "java.util.stream",
            // For URI, which asks nobody.
            "java.net")
        .andShould()
        .onlyDependOnClassesThat()
        .doNotBelongToAnyOf(
            java.net.Socket.class, java.net.URL.class, java.util.Random.class, System.class)
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.godwit.contract"));
  }
}
