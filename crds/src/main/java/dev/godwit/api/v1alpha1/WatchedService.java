package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A service that is watched, and not migrated. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WatchedService(
    @JsonPropertyDescription(
            "Name of the service, and of its Kubernetes Service: {{service}} in queries.")
        @Required
        @Size(min = 1, max = 63) @ValidationRule(value = DnsName.LABEL, message = DnsName.LABEL_MESSAGE)
        String name,
    @JsonPropertyDescription("The Deployment or StatefulSet that runs it.") @Required
        ServiceSpec.Workload workload) {}
