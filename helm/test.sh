#!/usr/bin/env bash
# Tests the chart without a cluster: what Helm's lint says, whether what it renders is what Kubernetes
# accepts (by the schemas of the Kubernetes version that the local cluster runs), what its own schema
# refuses, that the operator gets no right that it doesn't need, and the dashboard and the alerts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. dev/lib/say.sh
. dev/lib/deb.sh

need jq jq
(unpack_debs "$PWD/.cache/prometheus" prometheus) || die "the alerts are tested with promtool, of Debian's package prometheus"
dev/tools/build.sh helm kubeconform
readonly HELM=.cache/bin/helm CHART=helm/godwit PROMTOOL=.cache/prometheus/usr/bin/promtool
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
passed=0 failed=0

# check WHAT COMMAND…: one test; says what the command printed if it fails.
check() {
  local what=$1 said
  shift
  if said=$("$@" 2>&1); then
    passed=$((passed + 1))
    printf 'ok      %s\n' "$what"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s\n%s\n' "$what" "$said"
  fi
}

# render NAME ARGUMENT…: what the chart gives, into a file of that name.
render() {
  local name=$1
  shift
  "$HELM" template godwit "$CHART" --namespace godwit-system "$@" >"$output/$name.yaml"
}

# schemas: those of Kubernetes, generated once a version.
schemas() {
  local sources version
  sources=$(cd dev/cluster/kube && go list -m -f '{{.Dir}}' k8s.io/kubernetes)
  version=$(cd dev/cluster/kube && go list -m -f '{{.Version}}' k8s.io/kubernetes)
  local directory=.cache/schemas/$version
  if [[ ! -d $directory ]]; then
    [[ -d $sources ]] || (cd dev/cluster/kube && go mod download k8s.io/kubernetes) >&2
    sources=$(cd dev/cluster/kube && go list -m -f '{{.Dir}}' k8s.io/kubernetes)
    rm -rf "$directory.new"
    go run helm/schemas/main.go "$sources/api/openapi-spec/swagger.json" "$directory.new"
    mv "$directory.new" "$directory"
  fi
  printf '%s' "$directory"
}

# conforms FILE: nothing but the Prometheus operator's kinds goes unchecked.
conforms() {
  .cache/bin/kubeconform -strict -summary -skip ServiceMonitor,PrometheusRule \
    -schema-location "$schemas/{{.ResourceKind}}{{.KindSuffix}}.json" "$output/$1.yaml"
}

# notices FILE MESSAGE: the schemas refuse it, for this reason.
notices() {
  local said
  if said=$(conforms "$1"); then return 1; fi
  grep -Fq -- "$2" <<<"$said" || { echo "$said" && return 1; }
}

has() { grep -Eq -- "$2" "$output/$1.yaml" || { echo "nothing in $1 matches: $2" && return 1; }; }
has_not() { ! grep -En -- "$2" "$output/$1.yaml"; }
count() { [[ $(grep -Ec -- "$2" "$output/$1.yaml") == "$3" ]] || { grep -En -- "$2" "$output/$1.yaml" && return 1; }; }

# refuses MESSAGE ARGUMENT…: the chart's schema names the value that is wrong.
refuses() {
  local message=$1 said
  shift
  if said=$("$HELM" template godwit "$CHART" "$@" 2>&1 >/dev/null); then
    echo "was accepted: $*"
    return 1
  fi
  grep -Fq -- "$message" <<<"$said" || { echo "$said" && return 1; }
}

# rights FILE: the document without the custom resources' definitions, whose descriptions say anything.
rights() {
  awk 'BEGIN { RS = "---\n" } /kind: (Cluster)?Role\n/' "$output/$1.yaml" >"$output/$1-rights.yaml"
  [[ -s $output/$1-rights.yaml ]]
}

version_is_the_projects() {
  local project chart
  project=$(sed -n '0,/<version>/s/.*<version>\(.*\)<\/version>.*/\1/p' pom.xml)
  chart=$(sed -n 's/^appVersion: //p' "$CHART/Chart.yaml")
  [[ $project == "$chart" ]] || { echo "pom.xml says $project, Chart.yaml $chart" && return 1; }
}

schemas=$(schemas)
everything=(
  --set "replicas=2,podDisruptionBudget.enabled=true,networkPolicy.enabled=true,serviceMonitor.enabled=true"
  --set "networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.kubernetes\.io/metadata\.name=monitoring"
  --set "networkPolicy.egress[0].ports[0].port=443,serviceMonitor.labels.release=prometheus"
  --set "imagePullSecrets[0].name=pull,operator.jvmOptions=-Xmx128m,operator.logFormat=json,operator.env[0].name=A,operator.env[0].value=b"
  --set "prometheus.allowed[0].url=http://prometheus.monitoring:9090,prometheus.allowed[0].networks={10.0.0.0/8}"
  --set "prometheus.allowed[1].url=https://metrics.example,prometheus.allowed[1].bearerToken.secret=s,prometheus.allowed[1].bearerToken.key=t"
  --set "prometheus.allowed[1].ca.secret=s,prometheus.allowed[1].ca.key=ca.crt"
  --set "prometheusRule.enabled=true,prometheusRule.labels.release=prometheus-rule,prometheusRule.runbookBaseUrl=https://git.example/runbooks"
  --set "dashboard.enabled=true,dashboard.labels.a=b,dashboard.annotations.grafana_folder=Migrations"
  --set "serviceAccount.annotations.a=b,podAnnotations.a=b,podLabels.a=b,service.annotations.a=b,nodeSelector.a=b,priorityClassName=p"
)
namespaced=(--set "watch.namespaces={shop,bank}")

check "lint, as it comes" "$HELM" lint --strict "$CHART"
check "lint, with every option" "$HELM" lint --strict "$CHART" "${everything[@]}"
check "the chart's appVersion is the project's version" version_is_the_projects

render default
render everything "${everything[@]}"
render namespaced "${namespaced[@]}"
render unkept --set crds.keep=false
render without-crds --set crds.install=false
render no-election --set operator.leaderElection=false
render no-requesters --set admission.requesters.enabled=false
render no-approvals --set admission.approvals.enabled=false
render no-runner --set runner.image.repository=
for name in default everything namespaced unkept without-crds no-election no-requesters no-approvals no-runner; do
  check "Kubernetes accepts what it renders: $name" conforms "$name"
done

# A negative control: the schemas are not so lax as to accept anything.
sed 's/terminationGracePeriodSeconds:/terminationGracePeriod:/' "$output/default.yaml" >"$output/misspelt.yaml"
check "a misspelt field would be noticed" notices misspelt "'terminationGracePeriod' not allowed"

crds=$(find crds/manifests -name '*.yaml' | wc -l)
check "all custom resource definitions are in it" count default '^kind: CustomResourceDefinition$' "$crds"
check "they are kept when it is uninstalled" count default 'helm.sh/resource-policy: keep' "$crds"
check "crds.keep=false lets them go" has_not unkept 'resource-policy'
check "crds.install=false leaves them out" has_not without-crds 'kind: CustomResourceDefinition'

for name in default namespaced; do
  check "there are rights to look at: $name" rights "$name"
  check "no right to everything: $name" has_not "$name-rights" '\*'
  check "no right to Secrets: $name" has_not "$name-rights" '(^|[^a-z])secrets'
  check "no right to roles, impersonation or exec: $name" has_not "$name-rights" 'roles|rolebindings|impersonate|escalate|bind\b|pods/exec'
done
check "a Role in each namespace, and the one for the Lease" count namespaced '^kind: Role$' 3
check "no ClusterRole for named namespaces" has_not namespaced 'kind: ClusterRole'
check "the Lease is one object of its own namespace" has default 'resourceNames: \[godwit\]'
check "the namespaces reach the operator" has namespaced 'value: "shop,bank"'

check "the runner's image reaches the operator" has default 'value: "localhost/godwit-runner:'
check "and how it is pulled" has default 'GODWIT_RUNNER_IMAGE_PULL_POLICY'
check "without a repository there is none" has_not no-runner 'GODWIT_RUNNER_IMAGE'
check "nobody's Prometheus is asked as it comes" has_not default 'GODWIT_PROMETHEUS_CONFIG'
check "allowed servers reach the operator" has everything 'url: "http://prometheus.monitoring:9090"'
check "a token is mounted, not read" has everything 'bearerTokenFile: /etc/godwit-prometheus/1/token'

policies='^kind: ValidatingAdmissionPolicy$'
check "answers, creators, separation, and both kinds of requesters have a policy" count default "$policies" 5
check "and each policy has a binding that denies" count default '^  validationActions: \[Deny\]$' 5
check "a comparison under load is a Job that its requester may make" has default 'has\(variables.settings.performance\)'
check "and so is a question to a database" has default 'has\(c.job\) \|\| has\(c.sql\)'
check "a stage needs the right to have a SchemaMigration run" has default '!has\(object.spec.schemas\) \|\| authorizer.*schemamigrations.*patch'
check "and that to create Jobs" has default '^ *\|\| has\(object.spec.schemas\)$'
check "what a Migration wants of one is a wish by hand, too" has default "godwit.dev/wanted'\] != oldObject"
check "and so is whose it is" has default "godwit.dev/migration'\] != oldObject"
check "without the one of requesters there are three" count no-requesters "$policies" 3
check "and none is about what a requester may do" has_not no-requesters 'authorizer\.'
check "without those of approvals there are those of requesters" count no-approvals "$policies" 2
check "and none is about approvals" has_not no-approvals 'approvedBy == '
check "the operator can't answer a gate" has_not default-rights 'migrationapprovals.*(create|delete)'
check "a policy fails closed" count default '^  failurePolicy: Fail$' 5
check "containers run under the restricted standard" count default 'readOnlyRootFilesystem: true' 2
check "and drop all capabilities" count default 'drop: \[ALL\]' 2
for kind in PodDisruptionBudget NetworkPolicy ServiceMonitor PrometheusRule; do
  check "a $kind where it is wanted" has everything "^kind: $kind\$"
  check "and none as it comes" has_not default "^kind: $kind\$"
done
check "two replicas where they are wanted" has everything '^  replicas: 2$'
check "resources have limits" has default '^ *limits:$'
check "without an election the old one goes first" has no-election 'type: Recreate'

check "a value that it doesn't know is refused" refuses "additional properties 'replica' not allowed" --set replica=2
check "a namespace that can't be is refused" refuses "/watch/namespaces/0" --set 'watch.namespaces={Shop}'
check "two replicas need an election" refuses "/replicas" --set replicas=2,operator.leaderElection=false
check "an unknown policy is refused" refuses "additional properties 'requester' not allowed" --set admission.requester.enabled=false
check "an unknown pull policy is refused" refuses "/runner/image/pullPolicy" --set runner.image.pullPolicy=Sometimes
check "an unknown log format is refused" refuses "/operator/logFormat" --set operator.logFormat=xml
check "a server with a password in its address is refused" refuses "/prometheus/allowed/0/url" --set 'prometheus.allowed[0].url=http://a:b@c'

. helm/tests/monitoring.sh

printf '\n%s passed, %s failed\n' "$passed" "$failed"
((failed == 0))
