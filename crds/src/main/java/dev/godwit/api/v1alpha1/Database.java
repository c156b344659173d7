package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A PostgreSQL database, by what says how to reach it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Database(
    @JsonPropertyDescription(
            "The Secret that says how the database is reached. It is mounted by the Jobs that ask"
                + " the database; the operator itself never reads it.")
        @Required
        SecretRef secretRef) {

  /** A Secret of the same namespace. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SecretRef(
      @JsonPropertyDescription(
              "Name of a Secret in the namespace of the migration. Its keys are as CloudNativePG"
                  + " and the service binding specification write them: host, port (default 5432),"
                  + " dbname or database, username or user, and password; or uri. sslmode and ca.crt"
                  + " are heeded.")
          @Required
          @Size(min = 1, max = 253) @ValidationRule(value = DnsName.SUBDOMAIN, message = DnsName.SUBDOMAIN_MESSAGE)
          String name) {}
}
