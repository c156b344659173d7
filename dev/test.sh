#!/usr/bin/env bash
# Runs the project's tests, and says at the end how long each part took.
#
#   dev/test.sh [PART…]      without PART: all four, but for what has passed on the very same files: unit and chart as a
#                            whole, end-to-end tests class by class, of a run that failed or was ended, too. With PART,
#                            and on a cluster of somebody else's, nothing end to end is left out
#
#   unit    no cluster: planner, simulation, objects, wiring, architecture, drift of generated files, format, and what the
#           demo and the benchmark count and draw
#   chart   no cluster: the chart's lint, its schema, and what it renders; and an image that is built on another one
#   cluster the local cluster itself: that it comes up, mends itself, and leaves nothing behind. It must be down, and is down
#           again afterwards; where it is up, this is left out
#   e2e     a cluster, with the operator installed: API and end to end, but for what compares versions under load: that
#           takes ten minutes of a machine that does nothing else. IT=PerformanceIT runs it
#
# IT=NameIT runs one end-to-end class only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. dev/lib/passed.sh

unit() { dev/java.sh mvn verify && dev/demo/test.sh && dev/bench/test.sh && dev/lib/test.sh; }

chart() { helm/test.sh && dev/image/test.sh; }

cluster() {
  if [[ ${CLUSTER:-local} != local || -r .cluster/kubeconfig ]]; then
    echo "LEFT OUT: the cluster is up, or not ours, and this test would take it down"
    return
  fi
  dev/cluster/test.sh
}

# What the later parts run is built from source beside the first one, whose tests wait a good deal: for databases, and for what is
# downloaded. Where that fails they build it themselves, and say why they can't.
build_ahead() {
  mkdir -p .cache
  setsid bash -c 'dev/tools/build.sh; dev/images/build.sh' >.cache/ahead.log 2>&1 &
  ahead=$!
}

# What it still builds would outlive this. It may end by itself meanwhile.
end_ahead() { [[ -z $(jobs -pr) ]] || kill -- "-$ahead" 2>/dev/null || true; }

# What the end-to-end tests migrate, and what they put it under load with. On a cluster of somebody else's the images are
# up to that.
applications() {
  dev/tools/build.sh vegeta users
  [[ ${CLUSTER:-local} == local ]] || return 0
  dev/images/build.sh podinfo brittle worker load smoke copy rclone prometheus targets database
  dev/cluster/load.sh .cache/images/{podinfo,brittle,worker}-{1,2,3}.0.0.tar .cache/images/{load,smoke,copy,rclone,prometheus,targets,database}-local.tar
}

e2e() {
  dev/install.sh
  dev/kube.sh helm test godwit --namespace "${GODWIT_NAMESPACE:-godwit-system}"
  applications
  if [[ -n ${IT:-} ]]; then
    end_to_end "-Dit.test=$IT" -Dfailsafe.failIfNoSpecifiedTests=false
    return
  fi
  leave_out_classes
  end_to_end '-DexcludedGroups=alone | quiet' "${left_out[@]}"
  end_to_end -pl operator -am -Dgroups=alone "${left_out[@]}"
  if can_leave_out && has_passed pages "$known"; then
    echo "LEFT OUT: the commands of the documentation have passed on the very same files"
    return
  fi
  dev/kube.sh docs/test.sh
  ! can_leave_out || note pages
}

# end_to_end MAVEN ARGUMENT…
end_to_end() { dev/kube.sh dev/java.sh mvn verify -Pe2e -DskipUnit=true -Dspotless.check.skip=true "$@"; }

# What the project's files say nothing about may have changed in a cluster of somebody else's.
can_leave_out() { [[ $known && ${CLUSTER:-local} == local ]]; }

# Sets left_out to what tells Maven which classes have passed, and where to list those that do now.
leave_out_classes() {
  left_out=()
  can_leave_out || return 0
  local class classes
  mapfile -t classes < <(passed_in "$known" classes)
  mkdir -p .cache/passed
  rm -f "$newly_passed"
  {
    echo '**/*$*'
    for class in "${classes[@]}"; do echo "**/$class.java"; done
  } >"$excludes"
  left_out=("-Dgodwit.passed=$newly_passed" "-Dfailsafe.excludesFile=$excludes")
  ((${#classes[@]} == 0)) || echo "LEFT OUT: these have passed on the very same files: ${classes[*]}"
}

# Of a run that failed or was ended, too.
note_classes() {
  [[ ! -r $newly_passed ]] || while read -r class; do note "classes/$class"; done <"$newly_passed"
  rm -f "$newly_passed" "$excludes"
}

# note NAME: that it has passed, unless something was changed meanwhile.
note() { [[ $(state) != "$known" ]] || note_passed "$1" "$known"; }

state() { state_of_files "$(dev/java.sh)/release"; }

report() {
  local status=$?
  end_ahead
  note_classes
  printf '\n%-8s %s\n' part duration
  printf '%s\n' "${timings[@]}"
  if ((status == 0)); then echo "all parts passed"; else echo "the part \"$part\" failed"; fi
  exit "$status"
}

readonly newly_passed=$PWD/.cache/passed/classes.new excludes=$PWD/.cache/passed/classes.excludes
timings=()
part=none
parts=("$@")
known=
((${#parts[@]})) || {
  parts=(unit chart cluster e2e)
  known=$(state) || known=
}
for part in "${parts[@]}"; do
  case $part in unit | chart | cluster | e2e) ;; *)
    echo "dev/test.sh: there is no part $part; there are unit, chart, cluster and e2e" >&2
    exit 2
    ;;
  esac
done

trap report EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
for part in "${parts[@]}"; do
  printf '\n== %s\n' "$part"
  if has_passed "$part" "$known"; then
    echo "LEFT OUT: it has passed on the very same files; dev/test.sh $part runs it again"
    timings+=("$(printf '%-8s %s' "$part" "left out: passed before")")
    continue
  fi
  [[ $part != unit || ! $known || ${CLUSTER:-local} != local ]] || build_ahead
  began=$SECONDS
  timings+=("$(printf '%-8s %s' "$part" unfinished)")
  "$part"
  timings[-1]=$(printf '%-8s %ss' "$part" $((SECONDS - began)))
  [[ $part != @(unit|chart) ]] || note "$part"
done
