package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** An HTTP GET to a pod; redirects are not followed. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HttpCheck(
    @JsonPropertyDescription("Path with query, beginning with a slash. Default /.")
        @Default("/")
        @Size(min = 1, max = 1024) @ValidationRule(
            value = "self.matches('^/[^ \\t\\n]*$')",
            message = "a path begins with a slash and has no spaces")
        String path,
    @JsonPropertyDescription("Port of the pod, 1 to 65535.") @Required @Min(1) @Max(65535) Integer port,
    @JsonPropertyDescription(
            "HTTP (default) or HTTPS; the certificate is not verified, as with the kubelet's"
                + " probes.")
        @Default("HTTP")
        Scheme scheme,
    @JsonPropertyDescription(
            "The status that is expected, 100 to 599. Default: any from 200 to 399.")
        @Min(100) @Max(599) Integer status,
    @JsonPropertyDescription(
            "Text that the body must contain, within its first 64 KiB. Default: none.")
        @Size(min = 1, max = 1024) String contains) {

  /** How the pod is spoken to. */
  public enum Scheme {
    /** Plain. */
    HTTP,
    /** With TLS. */
    HTTPS
  }
}
