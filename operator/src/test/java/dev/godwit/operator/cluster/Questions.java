package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.GrpcCheck;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.TcpCheck;
import dev.godwit.operator.plan.Question;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Questions, a migration, and an asker that answers as it is told, for tests. */
final class Questions {

  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private Questions() {}

  static Question http(int port) {
    return http(port, "/readyz", HttpCheck.Scheme.HTTP, null, null);
  }

  static Question http(
      int port, String path, HttpCheck.Scheme scheme, Integer status, String contains) {
    return new Question.Http(new HttpCheck(path, port, scheme, status, contains));
  }

  static Question tcp(int port) {
    return new Question.Tcp(new TcpCheck(port));
  }

  static Question grpc(int port, String service) {
    return new Question.Grpc(new GrpcCheck(port, service));
  }

  static Migration migration(String uid) {
    Migration migration = new Migration();
    migration.setMetadata(
        new ObjectMetaBuilder().withName("shop").withNamespace("prod").withUid(uid).build());
    return migration;
  }

  /** Fails for the addresses that it is told, and remembers which it asked. */
  static final class Scripted implements Asker {

    final List<String> asked = new ArrayList<>();
    final Map<String, String> wrong = new HashMap<>();

    /** What happens while it asks. */
    Runnable meanwhile = () -> {};

    @Override
    public Optional<String> ask(Question question, String address, Duration timeout) {
      asked.add(address);
      meanwhile.run();
      return Optional.ofNullable(wrong.get(address));
    }
  }
}
