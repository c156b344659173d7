package dev.godwit.operator.plan;

/**
 * One pod behind a Service, as the EndpointSlices say.
 *
 * @param pod name of the pod
 * @param address its IP address
 * @param ready whether it gets traffic
 */
public record Endpoint(String pod, String address, boolean ready) {}
