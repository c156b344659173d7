package dev.godwit.operator.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * The answer to a unary gRPC call.
 *
 * @param grpcStatus from the trailers, or from the headers where there is nothing else; -1 where
 *     there is none
 * @param servingStatus field 1 of the message, a HealthCheckResponse; 0 (UNKNOWN) where it is not
 *     set
 */
record GrpcAnswer(int httpStatus, int grpcStatus, int servingStatus) {

  private static final int FRAME = 5;
  private static final int STATUS_FIELD = 0x08;

  /** From the body: a frame of five bytes, then the message. */
  private static int servingStatus(byte[] body) {
    return body.length >= FRAME + 2 && body[FRAME] == STATUS_FIELD ? body[FRAME + 1] : 0;
  }

  /** Reads an answer; of its body no more than the message can have. */
  static final class Reader implements AsyncResponseConsumer<GrpcAnswer> {

    private static final int BODY = 256;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private FutureCallback<GrpcAnswer> callback;
    private int httpStatus;
    private int grpcStatus = -1;

    @Override
    public void consumeResponse(
        HttpResponse response,
        EntityDetails entity,
        HttpContext context,
        FutureCallback<GrpcAnswer> result) {
      callback = result;
      httpStatus = response.getCode();
      status(response.getFirstHeader("grpc-status"));
      if (entity == null) {
        complete();
      }
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {}

    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
      channel.update(BODY);
    }

    @Override
    public void consume(ByteBuffer data) {
      while (data.hasRemaining()) {
        byte next = data.get();
        if (body.size() < BODY) {
          body.write(next);
        }
      }
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
      Optional.ofNullable(trailers).orElse(List.of()).stream()
          .filter(trailer -> trailer.getName().equalsIgnoreCase("grpc-status"))
          .forEach(this::status);
      complete();
    }

    private void status(Header header) {
      if (header != null && header.getValue().matches("[0-9]{1,3}")) {
        grpcStatus = Integer.parseInt(header.getValue());
      }
    }

    private void complete() {
      callback.completed(new GrpcAnswer(httpStatus, grpcStatus, servingStatus(body.toByteArray())));
    }

    @Override
    public void failed(Exception cause) {}

    @Override
    public void releaseResources() {}
  }
}
