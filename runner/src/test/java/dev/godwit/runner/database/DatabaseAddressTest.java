package dev.godwit.runner.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {

  private static final String PASSWORD = "s3cr3t-pässwörd";

  @TempDir private Path directory;

  private DatabaseAddress read(Map<String, String> keys) throws Exception {
    for (var key : keys.entrySet()) {
      Files.writeString(directory.resolve(key.getKey()), key.getValue());
    }
    return DatabaseAddress.read(directory);
  }

  @Test
  void readsTheKeysOfCloudNativePg() throws Exception {
    DatabaseAddress address =
        read(
            Map.of(
                "host", "orders-rw",
                "port", "5433",
                "dbname", "app",
                "username", "app",
                "user", "app",
                "password", PASSWORD + "\n",
                "uri", "postgresql://other:other@other/other",
                "jdbc-uri", "jdbc:postgresql://other/other"));
    assertThat(address.url()).isEqualTo("jdbc:postgresql://orders-rw:5433/app");
    assertThat(address.properties())
        .containsOnly(Map.entry("user", "app"), Map.entry("password", PASSWORD));
  }

  @Test
  void readsTheKeysOfTheServiceBindingSpecification() throws Exception {
    DatabaseAddress address =
        read(
            Map.of(
                "type", "postgresql",
                "host", "db.example",
                "database", "a b/ü",
                "username", "me",
                "password", PASSWORD,
                "sslmode", "verify-full",
                "ca.crt", "-----BEGIN CERTIFICATE-----"));
    assertThat(address.url()).isEqualTo("jdbc:postgresql://db.example:5432/a+b%2F%C3%BC");
    assertThat(address.properties())
        .containsEntry("sslmode", "verify-full")
        .containsEntry("sslrootcert", directory.resolve("ca.crt").toString());
  }

  @Test
  void readsAnAddress() throws Exception {
    DatabaseAddress address =
        read(
            Map.of(
                "uri",
                "postgres://m%40e:p%3Aw+d%2F@one:1,two:2/orders"
                    + "?sslmode=require&application_name=x&target_session_attrs=read-write"));
    assertThat(address.hosts()).isEqualTo("one:1,two:2");
    assertThat(address.user()).isEqualTo("m@e");
    assertThat(address.password()).isEqualTo("p:w+d/");
    assertThat(address.database()).isEqualTo("orders");
    assertThat(address.properties())
        .containsEntry("sslmode", "require")
        .containsEntry("targetServerType", "primary")
        .doesNotContainKey("application_name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mysql://u:s3cr3t@h/d | is no postgresql://",
        "postgresql://u:s3cr3t@/d | is no postgresql://",
        "postgresql://u:s3cr3t@h | doesn't say the database",
        "postgresql://u@h/d | doesn't say the password",
        "postgresql://h/d | doesn't say the user",
        "postgresql://u:s3cr3t%zz@h/d | is not rightly percent-encoded",
        "postgresql://u:s3cr3t@h/d?socketFactory=org.example.S3cr3t | has the option socketFactory",
        "postgresql://u:s3cr3t@h/d?sslmode | has the option sslmode",
      })
  void refusesAnAddressWithoutRepeatingIt(String uri, String message) {
    assertThatThrownBy(() -> read(Map.of("uri", uri)))
        .isInstanceOf(DatabaseAddress.Missing.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContainIgnoringCase("s3cr3t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dbname", "username", "password"})
  void saysWhichKeyIsMissing(String key) throws IOException {
    for (String one : new String[] {"host", "dbname", "username", "password"}) {
      if (!one.equals(key)) {
        Files.writeString(directory.resolve(one), PASSWORD);
      }
    }
    assertThatThrownBy(() -> DatabaseAddress.read(directory))
        .hasMessageContaining("no key " + key)
        .message()
        .doesNotContain(PASSWORD);
  }

  @Test
  void saysThatThereIsNoSecret() {
    assertThatThrownBy(() -> DatabaseAddress.read(directory.resolve("none")))
        .hasMessageContaining("isn't there");
    assertThatThrownBy(() -> DatabaseAddress.read(directory)).hasMessageContaining("is empty");
  }

  @Test
  void textHasNoPassword() throws Exception {
    DatabaseAddress address =
        read(Map.of("host", "h", "dbname", "d", "username", "u", "password", PASSWORD));
    assertThat(address.toString()).isEqualTo("h:5432/d as u");
  }
}
