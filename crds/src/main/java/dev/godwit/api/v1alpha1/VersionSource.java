package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Where versions of a schema are written. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VersionSource(
    @JsonPropertyDescription(
            "Name of a ConfigMap in the namespace of the migration, whose keys are files:"
                + " VERSION__description.up.sql, .verify.sql, .down.sql and .verify-down.sql;"
                + " Flyway's V1.2__description.sql and U1.2__description.sql; golang-migrate's"
                + " 1_name.up.sql and 1_name.down.sql. An up that can't be in a transaction begins with"
                + " the comment -- godwit:transactional=false, on a line of its own.")
        @Required
        @Size(min = 1, max = 253) @ValidationRule(value = DnsName.SUBDOMAIN, message = DnsName.SUBDOMAIN_MESSAGE)
        String configMap) {}
