package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.runner.database.DatabaseAddress;
import dev.godwit.runner.database.ServerMessage;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/** Opens connections. The Secret is read for each one, since passwords are changed. */
final class Connector {

  /** What may come of one text, in bytes: it is held in memory. */
  private static final String MOST_RESULT_BYTES = "250000";

  private static final String NO_RIGHT = "42501";

  private final Path secret;
  private final Duration timeout;

  /**
   * Reaches nothing yet.
   *
   * @param secret where the database's Secret is mounted
   * @param timeout how long connecting may take
   */
  Connector(Path secret, Duration timeout) {
    this.secret = secret;
    this.timeout = timeout;
  }

  /** A new connection, with the role's own settings. */
  Connection open() throws SchemaFailure {
    DatabaseAddress address;
    try {
      address = DatabaseAddress.read(secret);
    } catch (DatabaseAddress.Missing e) {
      throw new SchemaFailure(Cause.NO_ANSWER, e.getMessage());
    }
    try {
      return new Driver().connect(address.url(), properties(address));
    } catch (SQLException e) {
      throw failure(e, address);
    }
  }

  private Properties properties(DatabaseAddress address) {
    String seconds = Long.toString(timeout.plusMillis(999).toSeconds());
    Properties properties = address.properties();
    properties.setProperty("ApplicationName", Settings.APPLICATION);
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("loginTimeout", seconds);
    properties.setProperty("socketFactory", KeptAliveSockets.class.getName());
    // A text goes to the server as it is written, and as one message.
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("maxResultBuffer", MOST_RESULT_BYTES);
    return properties;
  }

  private static SchemaFailure failure(SQLException e, DatabaseAddress address) {
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    String said = ServerMessage.of(e, "");
    if (state.equals(NO_RIGHT)) {
      return new SchemaFailure(
          Cause.REFUSED,
          said
              + ": GRANT CONNECT ON DATABASE "
              + Names.quoted(address.database())
              + " TO "
              + Names.quoted(address.user()));
    }
    String what = "no connection to " + address + ": ";
    return new SchemaFailure(Cause.NO_ANSWER, what + said + wayOut(state, e));
  }

  private static String wayOut(String state, SQLException e) {
    if (e.getCause() instanceof UnknownHostException) {
      return " There is no such host: look at host in the Secret";
    }
    return switch (state) {
      case "28P01" -> ": the password in the Secret is not the role's";
      case "28000" -> ": look at username in the Secret, and at the server's pg_hba.conf";
      case "3D000" -> ": create it, or correct dbname in the Secret";
      case "53300" -> ": the server has as many connections as it takes";
      default -> "";
    };
  }
}
