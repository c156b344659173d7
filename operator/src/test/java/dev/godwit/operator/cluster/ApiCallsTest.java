package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiCallsTest {

  @ParameterizedTest
  @CsvSource({
    "GET,/api/v1/namespaces/a/pods/x,get pods",
    "GET,/api/v1/namespaces/a/pods?labelSelector=b,list pods",
    "GET,/api/v1/pods?watch=true,watch pods",
    "GET,/api/v1/namespaces/a/pods/x/log,get pods/log",
    "GET,/api/v1/namespaces/a,get namespaces",
    "POST,/apis/apps/v1/namespaces/a/deployments,create deployments",
    "PATCH,/apis/apps/v1/namespaces/a/deployments/x?dryRun=All,patch deployments",
    "PUT,/apis/godwit.dev/v1alpha1/namespaces/a/migrations/x/status,update migrations/status",
    "DELETE,/api/v1/namespaces/a/services/x,delete services"
  })
  void callIsVerbAndResource(String method, URI uri, String expected) {
    assertThat(ApiCalls.Call.of(method, uri).map(call -> call.verb() + " " + call.resource()))
        .contains(expected);
  }

  @ParameterizedTest
  @CsvSource({"/version", "/healthz", "/api", "/apis/apps/v1"})
  void whatIsNoResourceIsNotCounted(URI uri) {
    assertThat(ApiCalls.Call.of("GET", uri)).isEmpty();
  }
}
