package dev.godwit.operator.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.SchemaMigration;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;

/**
 * The kinds that watches bring. By itself the client would load the classes of every kind of
 * Kubernetes when the first event arrives: hundreds, that nobody uses and that stay resident.
 */
public final class KnownKinds {

  private static final List<Class<? extends KubernetesResource>> KINDS =
      List.of(
          // How a watch is told that it has failed.
          Status.class,
          Pod.class,
          Service.class,
          EndpointSlice.class,
          Deployment.class,
          StatefulSet.class,
          ControllerRevision.class,
          Job.class,
          Migration.class,
          MigrationApproval.class,
          SchemaMigration.class);

  private KnownKinds() {}

  /** What a client reads objects by. Those of other kinds cost it a conversion each. */
  public static KubernetesSerialization serialization() {
    KubernetesSerialization serialization =
        new KubernetesSerialization(new ObjectMapper(), /* searchClassloaders= */ false);
    KINDS.forEach(serialization::registerKubernetesResource);
    return serialization;
  }
}
