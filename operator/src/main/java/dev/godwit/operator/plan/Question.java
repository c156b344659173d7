package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.GrpcCheck;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.TcpCheck;

/** What a pod is asked. */
public sealed interface Question {

  /** An HTTP GET. */
  record Http(HttpCheck check) implements Question {}

  /** A TCP connection. */
  record Tcp(TcpCheck check) implements Question {}

  /** The standard gRPC health check. */
  record Grpc(GrpcCheck check) implements Question {}

  /**
   * The one of the three that is set; the CRD sees to it that it is exactly one.
   *
   * @throws IllegalArgumentException if none is
   */
  static Question of(HttpCheck http, TcpCheck tcp, GrpcCheck grpc) {
    if (http != null) {
      return new Http(http);
    }
    if (tcp != null) {
      return new Tcp(tcp);
    }
    if (grpc != null) {
      return new Grpc(grpc);
    }
    throw new IllegalArgumentException("none of http, tcp and grpc is set");
  }
}
