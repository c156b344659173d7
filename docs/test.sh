#!/usr/bin/env bash
# Runs every command of the documentation, in order, as a reader would, on a cluster with the operator.
#
#   docs/test.sh [FILE.md…]     default: README.md, docs/guide/*.md, docs/runbooks/*.md, examples/*/README.md
#
# What is fenced as ```sh is run; each page has a namespace of its own, docs-NAME, which accepts nothing but
# restricted pods, and is in it by default. What can't be run is fenced as ```console under a comment
# <!-- not run: WHY -->, and is listed. Commands in any other fence are refused.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly AT_ONCE=3
readonly LIMIT=900 # seconds for a page

die() {
  printf 'docs/test.sh: %s\n' "$*" >&2
  exit 1
}

# blocks FILE: a script of the page's sh blocks; on descriptor 3, what is not run. Fails on a fence that is
# neither run nor explained.
blocks() {
  awk -v file="$1" '
    function wrong(what) { printf "%s:%d: %s\n", file, NR, what > "/dev/stderr"; failed = 1; exit 1 }
    /^[ ]*```/ && !fenced {
      fenced = 1; language = $0; sub(/^[ ]*```/, "", language); begin = NR
      if (language == "sh") printf "at=%s:%d; echo \"-- $at\"\n", file, NR
      else if (language == "console") {
        if (why == "") wrong("a console block without a comment <!-- not run: WHY --> before it")
        printf "%s:%d: %s\n", file, NR, why >> "/dev/fd/3"
      } else if (language !~ /^(yaml|text|lua|json)$/) wrong("a block in the language \"" language "\": sh, console, yaml, text, lua and json are known")
      next
    }
    /^[ ]*```/ { fenced = 0; why = ""; next }
    fenced && language == "sh" { print; next }
    fenced && language != "console" && /^[ ]*(\$ |kubectl |helm |make |dev\/|git |curl )/ { wrong("a command in a block that is not run: fence it as sh or console") }
    /^<!-- not run: .* -->$/ { why = $0; gsub(/^<!-- not run: | -->$/, "", why); next }
    !fenced && NF { why = "" }
    END { if (!failed && fenced) { NR = begin; wrong("this block does not end") } }
  ' "$1"
}

# name_of FILE: docs-readme, docs-guide-blue-green, docs-examples-image.
name_of() {
  local name=${1#docs/}
  name=${name%.md}
  name=${name%/README}
  tr 'A-Z/._' 'a-z---' <<<"docs-$name"
}

# run_page FILE DIRECTORY: runs the page's blocks in its own namespace.
run_page() {
  local namespace status=0
  namespace=$(name_of "$1")
  kubectl delete namespace "$namespace" --ignore-not-found --wait --timeout=2m
  kubectl create namespace "$namespace"
  kubectl label namespace "$namespace" pod-security.kubernetes.io/enforce=restricted
  [[ ${CLUSTER:-local} != local ]] || dev/cluster/volumes.sh "$namespace" data-store-{0..2} store-backups
  kubectl config view --raw --minify >"$2/kubeconfig"
  kubectl --kubeconfig "$2/kubeconfig" config set-context --current --namespace="$namespace"
  {
    echo "set -euo pipefail; trap 'echo \"FAILED: the block at \$at: \$BASH_COMMAND\"' ERR"
    blocks "$1" 3>/dev/null
  } >"$2/script"
  KUBECONFIG=$2/kubeconfig timeout "$LIMIT" bash "$2/script" || status=$?
  if ((status != 0)); then
    echo "FAILED: $1 (exit code $status; 124 means that it took more than $LIMIT s). What is there:"
    kubectl -n "$namespace" get migrations,deployments,services,jobs,pods -o wide || true
    kubectl -n "$namespace" get migrations -o yaml || true
    kubectl -n "$namespace" get events --sort-by=.lastTimestamp || true
  fi
  kubectl delete namespace "$namespace" --wait=false
  return "$status"
}

# prepare: the images of the examples; on a cluster of somebody else's that is up to them.
prepare() {
  [[ ${CLUSTER:-local} == local ]] || return 0
  dev/images/build.sh podinfo smoke copy database
  dev/cluster/load.sh .cache/images/podinfo-{1,2}.0.0.tar .cache/images/{smoke,copy,database}-local.tar
}

kubectl get crd migrations.godwit.dev >/dev/null || die "the operator is not installed; install it with: make install"
pages=("$@")
((${#pages[@]})) || pages=(README.md docs/guide/*.md docs/runbooks/*.md examples/*/README.md)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for page in "${pages[@]}"; do
  [[ -r $page ]] || die "there is no $page"
  blocks "$page" 3>>"$work/not-run" >"$work/blocks"
  [[ -s $work/blocks || $page == examples/README.md ]] || die "$page has no command to run"
done
prepare

for page in "${pages[@]}"; do
  while (($(jobs -rp | wc -l) >= AT_ONCE)); do wait -n || true; done
  directory=$work/$(name_of "$page")
  mkdir "$directory"
  # By a file: the shell does not remember for long how a job has ended that wait -n has seen.
  { run_page "$page" "$directory" </dev/null >"$directory/log" 2>&1 && touch "$directory/passed"; } &
done
wait
failed=()
for page in "${pages[@]}"; do
  if [[ -e $work/$(name_of "$page")/passed ]]; then
    echo "passed: $page, $(grep -c '^-- ' "$work/$(name_of "$page")/log") blocks"
  else
    failed+=("$page")
    cat "$work/$(name_of "$page")/log"
  fi
done
if [[ -s $work/not-run ]]; then
  echo "not run:"
  sed 's/^/  /' "$work/not-run"
fi
((${#failed[@]} == 0)) && exit
# Once more at the end, in short: what stands above may have scrolled away.
for page in "${failed[@]}"; do
  grep -A 2 '^FAILED: ' "$work/$(name_of "$page")/log" | head -n 8 || echo "$page: its log has no reason"
done
die "${#failed[@]} of ${#pages[@]} pages failed: ${failed[*]}"
