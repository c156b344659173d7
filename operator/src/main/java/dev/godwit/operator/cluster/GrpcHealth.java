package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.GrpcCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncRequester;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.protocol.DefaultHttpProcessor;
import org.apache.hc.core5.http.support.BasicRequestBuilder;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2RequesterBootstrap;
import org.apache.hc.core5.http2.protocol.H2RequestContent;
import org.apache.hc.core5.http2.protocol.H2RequestTargetHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The standard gRPC health check ({@code grpc.health.v1.Health/Check}) without TLS.
 *
 * <p>Its two messages have one field each, so that they are written and read by hand here: a gRPC
 * library with its code generator would double the size of the operator.
 */
final class GrpcHealth implements AutoCloseable {

  private static final String PATH = "/grpc.health.v1.Health/Check";
  private static final ContentType GRPC = ContentType.create("application/grpc");
  private static final List<String> SERVING_STATUS =
      List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");
  private static final int SERVING = 1;

  private final HttpAsyncRequester requester;

  GrpcHealth() {
    requester =
        H2RequesterBootstrap.bootstrap()
            .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_2)
            // Without the interceptor for "expect: 100-continue", which gRPC servers don't know.
            .setHttpProcessor(
                new DefaultHttpProcessor(H2RequestTargetHost.INSTANCE, H2RequestContent.INSTANCE))
            .setIOReactorConfig(IOReactorConfig.custom().setIoThreadCount(1).build())
            .setTimeToLive(TimeValue.ofMilliseconds(1))
            .setDefaultMaxPerRoute(16)
            .setMaxTotal(1024)
            .create();
    requester.start();
  }

  /** See {@link Asker#ask}. */
  Optional<String> check(GrpcCheck check, String address, Duration timeout)
      throws IOException, InterruptedException {
    HttpHost target = new HttpHost("http", address, check.port());
    BasicHttpRequest request =
        BasicRequestBuilder.create(Method.POST.name())
            .setHttpHost(target)
            .setPath(PATH)
            .addHeader("te", "trailers")
            .addHeader("user-agent", "godwit-probe")
            .build();
    Future<GrpcAnswer> answer =
        requester.execute(
            new BasicRequestProducer(
                request, new BasicAsyncEntityProducer(message(check.service()), GRPC)),
            new GrpcAnswer.Reader(),
            Timeout.of(timeout),
            null);
    try {
      return judge(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + timeout.toSeconds() + "s", e);
    } finally {
      answer.cancel(true);
      requester.closeIdle(TimeValue.ZERO_MILLISECONDS);
    }
  }

  /** A gRPC frame with a HealthCheckRequest: {@code string service = 1}. */
  private static byte[] message(String service) {
    byte[] name = Optional.ofNullable(service).orElse("").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    if (name.length > 0) {
      message.write(0x0A);
      for (int rest = name.length; ; rest >>>= 7) {
        boolean last = rest < 0x80;
        message.write(last ? rest : (rest & 0x7F) | 0x80);
        if (last) {
          break;
        }
      }
      message.writeBytes(name);
    }
    return ByteBuffer.allocate(5 + message.size())
        .put((byte) 0)
        .putInt(message.size())
        .put(message.toByteArray())
        .array();
  }

  private static Optional<String> judge(GrpcAnswer answer) {
    if (answer.httpStatus() != 200) {
      return Optional.of("answered HTTP " + answer.httpStatus() + ", which is not gRPC");
    }
    return switch (answer.grpcStatus()) {
      case 0 -> {
        int status = answer.servingStatus();
        String word =
            status < SERVING_STATUS.size() ? SERVING_STATUS.get(status) : String.valueOf(status);
        yield status == SERVING
            ? Optional.empty()
            : Optional.of("answered " + word + ", expected SERVING");
      }
      case 5 -> Optional.of("answered NOT_FOUND: it knows no such service");
      case 12 -> Optional.of("answered UNIMPLEMENTED: it has no grpc.health.v1.Health");
      default -> Optional.of("answered gRPC status " + answer.grpcStatus() + ", expected OK");
    };
  }

  @Override
  public void close() {
    requester.close(CloseMode.IMMEDIATE);
  }
}
