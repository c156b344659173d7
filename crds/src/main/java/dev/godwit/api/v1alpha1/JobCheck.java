package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** A Job in the namespace of the migration; exit code 0 passes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.image) != has(self.template)",
    message = "set exactly one of image (with command and args) and template")
@ValidationRule(
    value = "has(self.image) || (!has(self.command) && !has(self.args))",
    message = "command and args go with image; a template has its own")
public record JobCheck(
    @JsonPropertyDescription(
            "Image of the Job's only container, which runs under the restricted pod security"
                + " profile.")
        @Size(min = 1, max = 1024) String image,
    @JsonPropertyDescription("Command of the container. Default: the image's own.") @Size(max = 64) List<@Size(max = 4096) String> command,
    @JsonPropertyDescription("Arguments of the container. Default: the image's own.")
        @Size(max = 64) List<@Size(max = 4096) String> args,
    @JsonPropertyDescription(
            "A whole Job specification (batch/v1 JobSpec), for what image, command and args can't"
                + " say. Every container finds GODWIT_MIGRATION, GODWIT_SERVICE, and host, port"
                + " and version of both sides (GODWIT_BLUE_HOST, GODWIT_BLUE_PORT,"
                + " GODWIT_BLUE_VERSION, GODWIT_GREEN_HOST, GODWIT_GREEN_PORT,"
                + " GODWIT_GREEN_VERSION) in its environment, and may use them in command and args"
                + " as $(GODWIT_GREEN_HOST).")
        @PreserveUnknownFields
        JsonNode template) {}
