# shellcheck shell=bash disable=SC2016,SC2153,SC2154
# The dashboard, the alerts and their runbooks. To be sourced by helm/test.sh, whose functions and variables it uses.

readonly DASHBOARD=$CHART/files/dashboard.json ALERTS=$CHART/files/alerts.yaml ALERT_TESTS=helm/tests/alerts.yaml RUNBOOKS=docs/runbooks

# as_json FILE: a YAML document as JSON, by Helm, which is here anyway.
as_json() {
  local chart=$output/as-json
  mkdir -p "$chart/templates"
  printf 'apiVersion: v2\nname: as-json\nversion: 0.0.0\n' >"$chart/Chart.yaml"
  printf '{{ .Files.Get "file.yaml" | fromYaml | toJson }}\n' >"$chart/templates/file.yaml"
  cp "$1" "$chart/file.yaml"
  "$HELM" template as-json "$chart" | sed '/^---$/d; /^# Source: /d'
}

# each WHAT FILE.json FILTER [ARGUMENT…]: nothing comes out of the filter; what does is what is wrong.
each() {
  local what=$1 file=$2 filter=$3 said
  shift 3
  said=$(jq -r -L helm/tests "$@" "include \"queries\"; $filter" "$file") || { echo "$said" && return 1; }
  [[ -z $said ]] || { printf '%s: %s\n' "$what" "$said" && return 1; }
}

# known QUERIES.json: the reference has every metric and label.
known() {
  [[ -s $1 ]] || { echo "there are no queries" && return 1; }
  each "not in docs/reference/metrics.md" "$1" '($page | reference) as $reference | .[] | unknown($reference)' \
    --rawfile page docs/reference/metrics.md
}

# would_be_noticed QUERY MESSAGE
would_be_noticed() {
  jq -n --arg query "$1" '[$query]' >"$output/one.json"
  local said
  if said=$(known "$output/one.json"); then return 1; fi
  grep -Fq -- "$2" <<<"$said" || { echo "$said" && return 1; }
}

# said_by_the_operator QUERIES.json: phases, reasons and so on are in its source, as they are asked for.
said_by_the_operator() {
  local word words missing=0
  words=$(jq -r -L helm/tests 'include "queries"; [.[] | words[]] | unique[]' "$1")
  [[ -n $words ]] || { echo "no query goes by a word of the operator's" && return 1; }
  for word in $words; do
    grep -rqF "\"$word\"" operator/src/main/java || { echo "the operator has no \"$word\"" && missing=1; }
  done
  return "$missing"
}

# As Grafana would ask: a file of rules, so that promtool reads each query.
dashboard_as_rules() {
  jq -L helm/tests 'include "queries"; {groups: [{name: "dashboard", rules: [of_dashboard | to_entries[]
    | {record: "query:\(.key)", expr: (.value | gsub("\\$__rate_interval"; "5m"))}]}]}' "$DASHBOARD"
}

# rules_are_good FILE: promtool itself is content with an empty one.
rules_are_good() { [[ -s $1 ]] && "$PROMTOOL" check rules "$1"; }

# A page an alert, under its name, and no other; the table has its severity.
runbooks_are_complete() {
  local name severity page wrong=0
  while read -r name severity; do
    page=$RUNBOOKS/$name.md
    [[ -r $page && $(head -n 1 "$page") == "# $name" ]] || { echo "$page is not the page of $name" && wrong=1; }
    grep -qF "| [$name]($name.md) | $severity |" "$RUNBOOKS/README.md" ||
      { echo "$RUNBOOKS/README.md does not say that $name is $severity" && wrong=1; }
  done < <(jq -r '.groups[].rules[] | "\(.alert) \(.labels.severity)"' "$output/alerts.json")
  for page in "$RUNBOOKS"/*.md; do
    name=$(basename "$page" .md)
    [[ $name == README ]] || grep -qF "\"alert\":\"$name\"" "$output/alerts.json" || { echo "$page has no alert" && wrong=1; }
  done
  return "$wrong"
}

chart_has_the_dashboard() {
  as_json "$output/dashboard.yaml" | jq -j '.data["godwit.json"]' | diff "$DASHBOARD" -
}

as_json "$ALERTS" >"$output/alerts.json"
as_json "$ALERT_TESTS" >"$output/alert-tests.json"
jq -L helm/tests 'include "queries"; of_rules' "$output/alerts.json" >"$output/queries-of-alerts.json"
jq -L helm/tests 'include "queries"; of_dashboard' "$DASHBOARD" >"$output/queries-of-dashboard.json" || true
alerts=$(jq '[.groups[].rules[].alert] | length' "$output/alerts.json")

# Of one template each, so that there is one document.
render rule --set prometheusRule.enabled=true --show-only templates/prometheusrule.yaml
render rule-with-url --set prometheusRule.enabled=true,prometheusRule.runbookBaseUrl=https://git.example/runbooks/ --show-only templates/prometheusrule.yaml
render rule-of-another --set prometheusRule.enabled=true,fullnameOverride=carrier --show-only templates/prometheusrule.yaml
render rule-with-selector --set prometheusRule.enabled=true --set-string 'prometheusRule.selector=job="pods"\,app="godwit"' --show-only templates/prometheusrule.yaml
render dashboard --set dashboard.enabled=true --show-only templates/dashboard.yaml
as_json "$output/rule.yaml" | jq .spec >"$output/rules.yaml"
sed 's#\.\./godwit/files/alerts\.yaml#rules.yaml#' "$ALERT_TESTS" >"$output/rules-test.yaml"
dashboard_as_rules >"$output/dashboard-rules.yaml" || true

check "no alerts and no dashboard as it comes" has_not default 'PrometheusRule|grafana_dashboard'
check "labels and annotations reach the dashboard" has everything 'grafana_folder: "?Migrations'
check "Grafana's sidecar finds it by its label" has dashboard 'grafana_dashboard: "1"'
check "labels reach the rule" has everything 'release: prometheus-rule'

check "the rules are rules" rules_are_good "$ALERTS"
check "and so is what the chart makes of them" rules_are_good "$output/rules.yaml"
check "alerts fire when they should, and not otherwise" "$PROMTOOL" test rules "$ALERT_TESTS"
check "and so do those of the chart" "$PROMTOOL" test rules "$output/rules-test.yaml"
check "an alert goes by its own release" has rule-of-another 'job="carrier-metrics", namespace="godwit-system"'
check "and by no other" has_not rule-of-another 'job="godwit-metrics"'
check "or by what it is told" has rule-with-selector 'up\{job="pods",app="godwit"\}'
check "and by nothing else" has_not rule-with-selector 'job="godwit-metrics"|namespace="godwit-system"'
check "every alert has the address of its runbook" count rule-with-url ' runbook_url: https://git\.example/runbooks/Godwit[A-Za-z]+\.md$' "$alerts"
check "or none, without an address" has_not rule 'runbook_url'
check "every alert says what it is, how bad, and where to read on" each "of these it is missing" "$output/alerts.json" '
  .groups[].rules[] | select((.labels.severity | IN("critical", "warning") | not)
    or (.annotations | (.summary // "") == "" or (.description // "") == "")
    or .annotations.runbook != "docs/runbooks/\(.alert).md") | .alert'
check "every alert has a runbook, and every runbook an alert" runbooks_are_complete
check "every alert is seen to fire, and to be silent" each "not both tested" "$output/alerts.json" '
  $tests[0].tests | map(.alert_rule_test[]?) as $tested
  | ([$tested[] | select(.exp_alerts != []).alertname], [$tested[] | select(.exp_alerts == []).alertname]) as $names
  | [$alerts[0].groups[].rules[].alert] - $names | .[]' --slurpfile tests "$output/alert-tests.json" --slurpfile alerts "$output/alerts.json"

check "the dashboard is JSON" jq -e .panels "$DASHBOARD"
check "the dashboard is in the chart as it is" chart_has_the_dashboard
check "it goes by the data source that is chosen" each "hard-coded" "$DASHBOARD" '.. | objects | (.uid? // empty) | select(. != "${datasource}")'
check "every panel asks it, and says what it shows" each "is not so" "$DASHBOARD" '
  .panels[] | select(.type != "row") | select(.datasource.uid != "${datasource}" or any(.targets[]; .datasource.uid != "${datasource}")
    or (.description // "") == "" or .targets == []) | .title'
check "panels have a place and an id of their own" each "overlap" "$DASHBOARD" '
  (.panels | group_by(.id)[] | select(length > 1) | map(.title) | join(", ")),
  (.panels | to_entries as $all | $all[] as $one | $all[] | select(.key > $one.key)
    | .value.gridPos as $a | $one.value.gridPos as $b
    | select($a.x < $b.x + $b.w and $b.x < $a.x + $a.w and $a.y < $b.y + $b.h and $b.y < $a.y + $a.h)
    | "\(.value.title) and \($one.value.title)"),
  (.panels[] | select(.gridPos.x + .gridPos.w > 24) | .title)'
check "Prometheus can read its queries" rules_are_good "$output/dashboard-rules.yaml"
check "and those by which the operator measures services" rules_are_good operator/src/test/resources/golden/metric/queries.yaml

for of in alerts dashboard; do
  check "the reference has what they ask for: $of" known "$output/queries-of-$of.json"
  check "the operator has the words that they go by: $of" said_by_the_operator "$output/queries-of-$of.json"
done
# Negative controls: these are not so lax as to let anything pass.
check "a metric of another name would be noticed" would_be_noticed 'sum(rate(godwit_rollback_total[5m])) or vector(0)' 'no metric godwit_rollback_total'
check "and a label" would_be_noticed 'godwit_migrations{stage="Stalled"}' 'godwit_migrations has no label stage'
check "and one to group by" would_be_noticed 'sum by (cause) (godwit_rollbacks_total)' 'no label cause'

check "an unknown value for alerts is refused" refuses "additional properties 'enable' not allowed" --set prometheusRule.enable=true
check "a runbook's address that is none is refused" refuses "/prometheusRule/runbookBaseUrl" --set prometheusRule.runbookBaseUrl=docs/runbooks
check "a selector that is none is refused" refuses "/prometheusRule/selector" --set-string 'prometheusRule.selector=job=x'
check "an unknown value for the dashboard is refused" refuses "additional properties 'label' not allowed" --set dashboard.label.a=b
check "a label that is no string is refused" refuses "/dashboard/labels/grafana_dashboard" --set dashboard.labels.grafana_dashboard=1
