package dev.godwit.api.v1alpha1;

/** How names are written in the API, as Kubernetes writes them. */
final class DnsName {

  /** CEL rule of a field that holds a DNS label. */
  static final String LABEL = "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')";

  /** What {@link #LABEL} says to who breaks it. */
  static final String LABEL_MESSAGE =
      "write lower-case letters, digits and '-', with a letter or digit at both ends";

  /** CEL rule of a field that holds the name of a Deployment. */
  static final String SUBDOMAIN = "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')";

  /** What {@link #SUBDOMAIN} says to who breaks it. */
  static final String SUBDOMAIN_MESSAGE =
      "write lower-case letters, digits, '-' and '.', with a letter or digit at both ends";

  private DnsName() {}
}
