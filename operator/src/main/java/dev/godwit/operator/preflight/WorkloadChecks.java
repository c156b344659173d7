package dev.godwit.operator.preflight;

import dev.godwit.operator.preflight.PreflightFacts.NewTemplate;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Twins;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What must hold of the workload and of the new version. */
final class WorkloadChecks {

  static final List<Function<Subject, Stream<Problem>>> ALL =
      List.of(
          WorkloadChecks::runs,
          WorkloadChecks::isAtFrom,
          WorkloadChecks::newVersionApplies,
          WorkloadChecks::canBeDoubled,
          WorkloadChecks::namesAreFree,
          WorkloadChecks::replacementStands);

  private WorkloadChecks() {}

  private static Stream<Problem> runs(Subject subject) {
    String name = subject.title();
    int wanted = subject.original().wanted();
    if (isPaused(subject.original())) {
      return Stream.of(
          subject.problem("workload", name + " is paused: resume it (kubectl rollout resume)"));
    }
    if (wanted == 0) {
      return Stream.of(
          subject.problem("workload", name + " is scaled to zero: there is nothing to migrate"));
    }
    if (!subject.original().isRolledOut()) {
      return Stream.of(
          subject.problem(
              "workload",
              name
                  + " is in the middle of a rollout or not healthy ("
                  + subject.original().ready()
                  + " of "
                  + wanted
                  + " pods ready): the migration starts when it has settled"));
    }
    return Stream.empty();
  }

  private static boolean isPaused(Workload workload) {
    return switch (workload) {
      case Workload.OfDeployment one -> Boolean.TRUE.equals(one.object().getSpec().getPaused());
      case Workload.OfStatefulSet one -> false;
    };
  }

  private static Stream<Problem> isAtFrom(Subject subject) {
    String from = subject.migrationSpec().from();
    if (from == null) {
      return Stream.empty();
    }
    Optional<String> version =
        Templates.version(
            subject.original(), Templates.container(subject.spec(), subject.original()));
    return version.filter(from::equals).isPresent()
        ? Stream.empty()
        : Stream.of(
            new Problem(
                "spec.from",
                subject.title()
                    + " runs "
                    + version.orElse("an unknown version")
                    + ", not "
                    + from
                    + " (label app.kubernetes.io/version, else the tag of the image)"));
  }

  private static Stream<Problem> newVersionApplies(Subject subject) {
    if (subject.spec().replacement() != null) {
      return Stream.empty();
    }
    if (subject.spec().image() != null
        && Templates.container(subject.spec(), subject.original()).isEmpty()) {
      return Stream.of(subject.problem("container", noSuchContainer(subject)));
    }
    String member = subject.spec().image() != null ? "image" : "patch";
    NewTemplate next = subject.facts().templates().get(subject.spec().name());
    if (next == null || next.template().isEmpty()) {
      return Stream.of(
          subject.problem(
              member,
              "does not apply to "
                  + subject.title()
                  + (next == null ? "" : ": " + next.rejection())));
    }
    return Templates.same(next.template().get(), subject.original().template())
        ? Stream.of(
            subject.problem(member, "changes nothing: " + subject.title() + " has it already"))
        : Stream.empty();
  }

  private static String noSuchContainer(Subject subject) {
    List<String> names = podSpec(subject).getContainers().stream().map(Container::getName).toList();
    String has = subject.title() + " has the containers " + String.join(", ", names);
    return subject.spec().container() == null
        ? has + ": name the one that gets the image"
        : has + ", none is named " + subject.spec().container();
  }

  private static Stream<Problem> canBeDoubled(Subject subject) {
    if (subject.spec().replacement() != null || subject.isInPlace()) {
      return Stream.empty();
    }
    List<PodSpec> pods = templates(subject).map(PodTemplateSpec::getSpec).toList();
    Stream<Problem> claims =
        pods.stream()
            .flatMap(pod -> pod.getVolumes().stream())
            .map(Volume::getPersistentVolumeClaim)
            .filter(Objects::nonNull)
            .map(source -> source.getClaimName())
            .distinct()
            .filter(claim -> isForOneNode(claim, subject.facts().claims()))
            .map(
                claim ->
                    subject.problem(
                        "workload",
                        "PersistentVolumeClaim "
                            + claim
                            + " is ReadWriteOnce: blue and green can't both mount it, so this"
                            + " workload can't be doubled (upgrade: InPlace upgrades it as it"
                            + " is)"));
    boolean onHost = pods.stream().anyMatch(WorkloadChecks::isOnHost);
    return onHost
        ? Stream.concat(
            claims,
            Stream.of(
                subject.problem(
                    "workload",
                    "Deployment "
                        + subject.workload()
                        + " uses ports of the host: blue and green can't both have them on a node,"
                        + " so this workload can't be doubled (upgrade: InPlace upgrades it as it"
                        + " is)")))
        : claims;
  }

  /** Pods of the version that runs, and those of the new one. */
  private static Stream<PodTemplateSpec> templates(Subject subject) {
    return Stream.concat(Stream.of(subject.original().template()), subject.newTemplate().stream());
  }

  private static boolean isOnHost(PodSpec pod) {
    return Boolean.TRUE.equals(pod.getHostNetwork())
        || Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
            .flatMap(container -> container.getPorts().stream())
            .anyMatch(port -> port.getHostPort() != null);
  }

  private static boolean isForOneNode(String claim, List<PersistentVolumeClaim> claims) {
    return claims.stream()
        .filter(candidate -> candidate.getMetadata().getName().equals(claim))
        .flatMap(candidate -> candidate.getSpec().getAccessModes().stream())
        .noneMatch(mode -> mode.equals("ReadWriteMany") || mode.equals("ReadOnlyMany"));
  }

  private static Stream<Problem> namesAreFree(Subject subject) {
    if (subject.isInPlace()) {
      return Stream.empty();
    }
    String name = subject.workload() + "-green";
    Stream<HasMetadata> taken =
        subject.spec().replacement() == null
            ? Stream.concat(subject.facts().deployment(name).stream(), takenByTwins(subject))
            : Stream.empty();
    return Stream.concat(taken, subject.facts().service(name).stream())
        .map(object -> subject.problem("workload", isTaken(object)));
  }

  /** What is wrong with an object that stands where another is to be made. */
  static String isTaken(HasMetadata object) {
    return object.getKind()
        + " "
        + object.getMetadata().getName()
        + " exists already, and the migration needs that name: rename or delete it";
  }

  /** What stands where a twin would be made. */
  private static Stream<HasMetadata> takenByTwins(Subject subject) {
    List<HasMetadata> present =
        Stream.of(
                subject.facts().autoscalers(),
                subject.facts().budgets(),
                subject.facts().policies())
            .flatMap(List::stream)
            .map(object -> (HasMetadata) object)
            .toList();
    List<String> twins =
        subject.greenLabels().stream()
            .flatMap(labels -> present.stream().flatMap(one -> subject.twins(one, labels)))
            .map(Twins::key)
            .toList();
    return present.stream().filter(object -> twins.contains(Twins.key(object)));
  }

  private static Stream<Problem> replacementStands(Subject subject) {
    if (subject.spec().replacement() == null) {
      return Stream.empty();
    }
    String name = subject.spec().replacement().name();
    if (subject.replacement().isEmpty()) {
      return Stream.of(subject.problem("replacement", "Deployment " + name + " does not exist"));
    }
    Map<String, String> labels =
        subject.replacement().get().getSpec().getTemplate().getMetadata().getLabels();
    return subject.traffic().stream()
        .flatMap(service -> GreenOfReplacement.problem(service, labels, name).stream())
        .map(message -> subject.problem("replacement", message));
  }

  private static PodSpec podSpec(Subject subject) {
    return subject.original().template().getSpec();
  }
}
