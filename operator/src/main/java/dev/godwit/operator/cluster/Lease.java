package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Gives leadership back, which the operator framework doesn't: the next one need not wait. */
public final class Lease {

  private Lease() {}

  /**
   * Makes a Lease nobody's if it is this holder's; does nothing otherwise.
   *
   * @throws KubernetesClientException if the API server can't be reached
   */
  public static void release(
      KubernetesClient client, String namespace, String name, String holder) {
    var lease = client.leases().inNamespace(namespace).withName(name).get();
    if (lease == null || !holder.equals(lease.getSpec().getHolderIdentity())) {
      return;
    }
    lease.getSpec().setHolderIdentity("");
    try {
      client.resource(lease).update();
    } catch (KubernetesClientException e) {
      // A conflict means that somebody else has it: then there is nothing to give back.
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }
}
