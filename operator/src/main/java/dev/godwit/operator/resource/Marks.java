package dev.godwit.operator.resource;

import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Wanted;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the operator writes on objects to know them again. */
public final class Marks {

  /** Label of everything that a migration holds or made; the value is the Migration's name. */
  public static final String MIGRATION = "godwit.dev/migration";

  /** Label of everything that a SchemaMigration made; the value is its name. */
  public static final String SCHEMA_MIGRATION = "godwit.dev/schema-migration";

  /** Annotation of a SchemaMigration that a Migration holds; the value is a {@link Wanted}. */
  public static final String WANTED = "godwit.dev/wanted";

  /** Annotation of what a migration of either kind made; the value is its UID. */
  public static final String MIGRATION_UID = "godwit.dev/migration-uid";

  /** Annotation of what a migration made for one of its services; the value is its name. */
  public static final String SERVICE = "godwit.dev/service";

  /**
   * Label of the pods that are in rotation while a workload is upgraded in place; the Services
   * select by it meanwhile.
   */
  public static final String ROTATION = "godwit.dev/rotation";

  /** Value of {@link #ROTATION} of a pod that is in rotation. */
  public static final String IN = "in";

  /**
   * Label of a Service whose selector the operator has set for an upgrade in place: what it selects
   * since then, {@link #IN} or {@link #ALL}, and the resource version that it had before, as {@code
   * in-4711}. EndpointSlices have the labels of their Service, and so tell which selector they were
   * made from.
   */
  public static final String SELECTS = "godwit.dev/selects";

  /** Beginning of {@link #SELECTS} of a Service that selects as it did before. */
  public static final String ALL = "all";

  private Marks() {}

  /**
   * The identity that builders stamp on what they make.
   *
   * @param migration name of the Migration
   * @param uid its UID, which tells it from a later one of the same name
   * @param namespace the namespace of the Migration and of all that it makes
   */
  public record Maker(String migration, String uid, String namespace) {}

  /** What a Migration wants of an object; empty where it says nothing that is known. */
  public static Optional<Wanted> wanted(HasMetadata object) {
    String said = annotations(object).get(WANTED);
    return Stream.of(Wanted.values()).filter(one -> one.word().equals(said)).findFirst();
  }

  /** Name of the Migration that holds an object, if one does. */
  public static Optional<String> holder(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels())
        .map(labels -> labels.get(MIGRATION));
  }

  /** Whether the Migration of that name holds the object: it made it, or it has claimed it. */
  public static boolean isHeldBy(HasMetadata object, String migration) {
    return migration.equals(labels(object).get(MIGRATION));
  }

  /** Whether the Migration of that UID made the object. */
  public static boolean wasMadeBy(HasMetadata object, String migrationUid) {
    return migrationUid.equals(annotations(object).get(MIGRATION_UID));
  }

  /** Whether the Migration of that UID made the object for that one of its services. */
  public static boolean wasMadeFor(HasMetadata object, String migrationUid, String service) {
    return wasMadeBy(object, migrationUid) && service.equals(annotations(object).get(SERVICE));
  }

  /** Metadata of what the migration makes for a service: name, namespace and our marks. */
  static ObjectMeta metadata(String name, ServicePlan plan, Maker maker) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(maker.namespace())
        .addToLabels(MIGRATION, maker.migration())
        .addToAnnotations(MIGRATION_UID, maker.uid())
        .addToAnnotations(SERVICE, plan.name())
        .build();
  }

  /** Whether a pod carries the label by which Services select it. */
  public static boolean isInRotation(HasMetadata pod) {
    return IN.equals(labels(pod).get(ROTATION));
  }

  /** What an object says by {@link #SELECTS}, if anything. */
  public static Optional<String> selects(HasMetadata object) {
    return Optional.ofNullable(labels(object).get(SELECTS));
  }

  private static Map<String, String> labels(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels == null ? Map.of() : labels;
  }

  private static Map<String, String> annotations(HasMetadata object) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }
}
