# What the queries of the dashboard and the alerts ask for, and whether the reference of metrics has it. A query is a string.

# Labels that Prometheus gives to what it scrapes, and that of a bucket.
def given: ["job", "namespace", "pod", "instance", "le"];
def keywords: ["and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool"];

# The queries of a dashboard, its variables' included, and of a file of rules.
def of_dashboard: [.panels[].targets[]?.expr, (.templating.list[].query.query? // empty | sub("^label_values\\((?<query>.*), *\\w+\\)$"; "\(.query)"))];
def of_rules: [.groups[].rules[].expr];

# The metrics of the page, each with its labels: {"godwit_migrations": ["strategy", "phase"]}.
def reference:
  [split("\n")[] | capture("^\\| `(?<name>\\w+)` \\|(?<labels>[^|]*)\\|")
    | {key: .name, value: [.labels | gsub("\\([^)]*\\)"; "") | scan("`(\\w+)`")[0]]}] | from_entries;

# A metric as the page calls it: a time comes in several series.
def plain: if test("(_seconds|_samples|_of_limit)_(count|sum|max|bucket)$") then sub("_[a-z]+$"; "") else . end;

# What a query selects: {"name": "up", "matchers": [{"label": "job", "value": "godwit-metrics"}]}.
def selected:
  [scan("([a-zA-Z_:][\\w:]*)\\s*\\{([^}]*)\\}")
    | {name: .[0], matchers: [.[1] | scan("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"") | {label: .[0], value: .[1]}]}];

# All metrics of a query: the names that are left without what is in braces, brackets and groupings, apart from functions.
def metrics:
  gsub("\\{[^}]*\\}|\\[[^\\]]*\\]"; "") | gsub("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)"; " ")
  | [scan("(?<![\\w:.])[a-zA-Z_:][\\w:]*(?![\\w:]|\\s*\\()")] - keywords | unique;

def grouped: [scan("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)")[0] | splits(",\\s*")];

# What of a query is not in the reference; nothing where all is well.
def unknown($reference):
  . as $query
  | ((metrics | map(plain)) - ($reference | keys) | .[] | "no metric \(.)"),
    ($query | selected[] | (.name | plain) as $name
      | [.matchers[].label] - ($reference[$name] // []) - given | .[] | "\($name) has no label \(.)"),
    ($query | grouped - [metrics[] | $reference[plain] // [] | .[]] - given | .[] | "no label \(.) to group by")
  | "\(.), in: \($query)";

# The operator's own words that a query goes by, such as phases; resources are Kubernetes' words.
def words:
  [selected[].matchers[] | select(.label | IN("phase", "reason", "outcome", "verb", "result", "strategy")) | .value | splits("\\|")];
