# The front door. Each target is a line or two; what they do is in the scripts that they call.
#
# CLUSTER=current  use the cluster that kubectl's current context points at, not the local one

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

CLUSTER ?= local
export CLUSTER

IMAGE_TAR := operator/target/godwit-operator.tar
MVN := dev/java.sh mvn
KUBE := dev/kube.sh

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	echo
	echo "  With CLUSTER=current they use the cluster that kubectl points at instead of the local one."

.PHONY: build
build: ## compile everything and check its formatting; runs no tests
	$(MVN) verify -DskipTests

.PHONY: unit
unit: ## the tests that need no cluster: planner, simulation, objects, wiring, architecture
	dev/test.sh unit

.PHONY: test
test: ## the tests: unit, simulation, API, wiring, chart, local cluster, end to end (but for IT=PerformanceIT, see e2e)
	dev/test.sh

.PHONY: chart
chart: ## the chart's own tests: lint, schema, what it renders
	dev/test.sh chart

.PHONY: e2e
e2e: ## the tests on a real cluster: API and end to end; IT=NameIT runs one
	dev/test.sh e2e

.PHONY: cluster
cluster: ## start the local cluster (a real one, without Docker; needs root)
	$(KUBE) up

.PHONY: cluster-down
cluster-down: ## stop the local cluster and remove every trace of it
	$(KUBE) down

.PHONY: image
image: ## build the images of the operator and the runner, without Docker, as tar files
	dev/image.sh

.PHONY: load
load: ## put an image into the local cluster: make load IMAGE=file.tar
	@[[ -n "$(IMAGE)" ]] || { echo 'usage: make load IMAGE=file.tar' >&2; exit 2; }
	$(KUBE) load "$(IMAGE)"

.PHONY: install
install: ## build the operator, and install it by its chart; starts the local cluster if need be
	dev/install.sh

.PHONY: uninstall
uninstall: ## remove the operator; its custom resources stay
	$(KUBE) helm uninstall godwit --namespace "$${GODWIT_NAMESPACE:-godwit-system}" --wait

.PHONY: kubectl
kubectl: ## run kubectl on the cluster: make kubectl ARGS='get migrations -A'
	@$(KUBE) kubectl $(ARGS)

.PHONY: demo
demo: install ## watch a migration under load
	$(KUBE) dev/demo/run.sh

.PHONY: bench
bench: install ## measure what a migration costs
	$(KUBE) dev/bench/run.sh

.PHONY: generate
generate: ## make the generated files anew: manifests of the custom resources
	dev/generate.sh

.PHONY: format
format: ## format the Java sources
	$(MVN) -q spotless:apply

.PHONY: clean
clean: ## remove what was built; the local cluster and downloads stay
	$(MVN) -q clean
