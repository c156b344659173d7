package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.plan.ServicePlan.InPlace;
import dev.godwit.operator.preflight.PreflightFacts.VolumeFacts;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.resource.RotationService;
import dev.godwit.operator.resource.Twins;
import dev.godwit.operator.resource.VolumeSnapshots;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What must hold of a workload that is upgraded in place. */
final class InPlaceChecks {

  static final List<Function<Subject, Stream<Problem>>> ALL =
      List.of(
          InPlaceChecks::rollsByPartition,
          InPlaceChecks::enoughStayInRotation,
          InPlaceChecks::isNotScaledMeanwhile,
          InPlaceChecks::nameIsFree,
          InPlaceChecks::claimsCanBeSaved);

  private InPlaceChecks() {}

  /** How a service is upgraded, where it is in place. */
  static Optional<InPlace> of(Subject subject) {
    if (!subject.isInPlace()) {
      return Optional.empty();
    }
    boolean whole = isWhole(subject);
    int members = whole ? 0 : subject.original().wanted();
    return Optional.of(
        new InPlace(
            members,
            firstOrdinal(subject),
            minAvailable(subject),
            selector(subject),
            peers(subject).stream().map(peer -> Twins.key(peer.object())).sorted().toList()));
  }

  /** Behind a shared Service, and where pods can't be told by ordinal, all pods go at once. */
  private static boolean isWhole(Subject subject) {
    return subject.spec().sharedService().isPresent()
        || subject.original() instanceof Workload.OfDeployment;
  }

  private static int firstOrdinal(Subject subject) {
    return set(subject)
        .map(set -> set.getSpec().getOrdinals())
        .map(ordinals -> ordinals.getStart())
        .orElse(0);
  }

  private static Optional<StatefulSet> set(Subject subject) {
    return subject.original() instanceof Workload.OfStatefulSet set
        ? Optional.of(set.object())
        : Optional.empty();
  }

  private static Map<String, String> selector(Subject subject) {
    return subject
        .spec()
        .sharedService()
        .flatMap(subject.facts()::service)
        .map(service -> service.getSpec().getSelector())
        .orElseGet(() -> ownSelector(subject));
  }

  private static Map<String, String> ownSelector(Subject subject) {
    Map<String, String> own = subject.original().selector().getMatchLabels();
    return own == null || own.isEmpty() ? subject.labels() : own;
  }

  /** The other workloads behind the shared Service. */
  private static List<Workload> peers(Subject subject) {
    Optional<Service> shared = subject.spec().sharedService().flatMap(subject.facts()::service);
    return shared.stream()
        .flatMap(
            service ->
                subject.facts().workloads().stream().filter(other -> other.isSelectedBy(service)))
        .filter(other -> !other.title().equals(subject.title()))
        .filter(other -> other.wanted() > 0)
        .toList();
  }

  private static int members(Subject subject) {
    return isWhole(subject) ? peers(subject).size() + 1 : subject.original().wanted();
  }

  private static int minAvailable(Subject subject) {
    return Optional.ofNullable(subject.spec().minAvailable())
        .orElse(Math.max(1, members(subject) - 1));
  }

  private static Stream<Problem> rollsByPartition(Subject subject) {
    boolean onDelete =
        set(subject)
            .filter(set -> "OnDelete".equals(set.getSpec().getUpdateStrategy().getType()))
            .isPresent();
    return onDelete
        ? Stream.of(
            subject.problem(
                "workload",
                subject.title()
                    + " has the update strategy OnDelete, with which pods that are lost come back"
                    + " with the new template before their turn: set it to RollingUpdate"))
        : Stream.empty();
  }

  private static Stream<Problem> enoughStayInRotation(Subject subject) {
    int members = members(subject);
    int least = minAvailable(subject);
    if (members - 1 >= least) {
      return Stream.empty();
    }
    String arithmetic =
        "%d - 1 = %d in rotation, and minAvailable is %d".formatted(members, members - 1, least);
    String what =
        isWhole(subject)
            ? subject.title()
                + " is upgraded as a whole, and "
                + (subject.spec().sharedService().isPresent()
                    ? "behind Service "
                        + subject.spec().sharedService().get()
                        + " are "
                        + members
                        + " workloads"
                    : "no other workload serves meanwhile")
            : subject.title() + " has " + members + (members == 1 ? " replica" : " replicas");
    return Stream.of(
        subject.problem(
            "minAvailable",
            what
                + ": "
                + arithmetic
                + ". Add members, or set minAvailable to "
                + (members - 1)
                + (members == 1 ? ", which accepts that nobody serves meanwhile" : "")));
  }

  private static Stream<Problem> isNotScaledMeanwhile(Subject subject) {
    return subject.facts().autoscalers().stream()
        .filter(autoscaler -> !isWhole(subject))
        .filter(autoscaler -> Twins.scales(autoscaler, subject.original()))
        .filter(
            autoscaler ->
                !autoscaler
                    .getSpec()
                    .getMaxReplicas()
                    .equals(autoscaler.getSpec().getMinReplicas()))
        .map(
            autoscaler ->
                subject.problem(
                    "workload",
                    "HorizontalPodAutoscaler "
                        + autoscaler.getMetadata().getName()
                        + " may scale "
                        + subject.title()
                        + " while its members are upgraded one by one: set its minReplicas to its"
                        + " maxReplicas for the time of the migration"));
  }

  private static Stream<Problem> nameIsFree(Subject subject) {
    return subject
        .facts()
        .service(RotationService.name(subject.spec()))
        .map(WorkloadChecks::isTaken)
        .map(problem -> subject.problem("workload", problem))
        .stream();
  }

  private static Stream<Problem> claimsCanBeSaved(Subject subject) {
    Optional<ServiceSpec.VolumeSnapshot> wanted =
        Optional.ofNullable(subject.spec().backup()).map(ServiceSpec.Backup::volumeSnapshot);
    if (wanted.isEmpty() || set(subject).isEmpty() || subject.facts().volumes().isEmpty()) {
      return Stream.empty();
    }
    String field = "backup.volumeSnapshot";
    if (set(subject).get().getSpec().getVolumeClaimTemplates().isEmpty()) {
      return Stream.of(
          subject.problem(field, subject.title() + " has no claims: there is nothing to save"));
    }
    VolumeFacts volumes = subject.facts().volumes().get();
    if (!volumes.isKnown()) {
      return Stream.of(
          subject.problem(
              field,
              "this cluster has no "
                  + VolumeSnapshots.API_VERSION
                  + " "
                  + VolumeSnapshots.KIND
                  + ": install the CSI snapshot controller and its CRDs, or use backup.job"));
    }
    return classProblem(subject, Optional.ofNullable(wanted.get().className()), volumes)
        .map(why -> subject.problem(field, why))
        .stream();
  }

  private static Optional<String> classProblem(
      Subject subject, Optional<String> named, VolumeFacts volumes) {
    if (!volumes.mayList()) {
      return named.isPresent()
          ? Optional.empty()
          : Optional.of(
              "the operator may not list VolumeSnapshotClasses, and so can't tell whether there is"
                  + " a default: set className");
    }
    if (named.isPresent() && !volumes.classes().containsKey(named.get())) {
      return Optional.of("VolumeSnapshotClass " + named.get() + " does not exist");
    }
    for (String claim : claims(subject)) {
      String driver = volumes.drivers().get(claim);
      if (driver == null) {
        return Optional.of(
            "PersistentVolumeClaim "
                + claim
                + " has no storage class with a CSI driver that could make a snapshot of it");
      }
      boolean fits =
          named.isPresent()
              ? driver.equals(volumes.classes().get(named.get()))
              : volumes.defaults().stream()
                  .anyMatch(name -> driver.equals(volumes.classes().get(name)));
      if (!fits) {
        return Optional.of(
            (named.isPresent()
                    ? "VolumeSnapshotClass " + named.get() + " is of another driver than "
                    : "no VolumeSnapshotClass is the default of ")
                + driver
                + ", which provides PersistentVolumeClaim "
                + claim);
      }
    }
    return Optional.empty();
  }

  /** The claims of all members of a StatefulSet. */
  static List<String> claims(Subject subject) {
    return set(subject).stream()
        .map(Workload.OfStatefulSet::new)
        .flatMap(
            set ->
                IntStream.range(firstOrdinal(subject), firstOrdinal(subject) + set.wanted())
                    .boxed()
                    .flatMap(ordinal -> VolumeSnapshots.claims(set, ordinal).stream()))
        .toList();
  }
}
