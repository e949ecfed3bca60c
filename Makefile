# Kith. `make run` and `make test` get what they need by themselves; `make help` lists the rest.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS   += --no-builtin-rules

TOOLS   := $(CURDIR)/.tools
VENV    := $(TOOLS)/venv
READERS := $(TOOLS)/readers
LOCAL   := $(TOOLS)/bin/local
STATE   := .local
STAGE   ?= dev
PYTHON  ?= python3.11

# What a function is built with. Values can't hold spaces; -s implies -w.
FUNCTION_GOFLAGS := -tags=lambda.norpc -trimpath -ldflags=-s -buildvcs=false

# The tests that die at every call of the store in turn: thousands of short runs, one after another. The race detector would
# make them two minutes longer, and another engine dies no differently.
CRASHES := ^TestCrash

FUNCTIONS := $(notdir $(patsubst %/,%,$(wildcard functions/*/)))
GO_FILES   = $(shell find cmd functions internal infra -name '*.go' -not -path '*/node_modules/*')

export SAM_CLI_TELEMETRY := 0

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- use -------------------------------------------------------------------------------------------------------------

run: need-run $(LOCAL) ## the whole of Kith on this machine, with a demo in it; ctrl-C ends it
	@$(LOCAL) run --template template.yaml --state $(STATE) --ports keep | go run ./internal/demo --cloud - --once

dev: need-run $(LOCAL) ## like run, and every saved Go file is built and taken up
	@$(LOCAL) run --template template.yaml --state $(STATE) --ports keep --watch | go run ./internal/demo --cloud - --once

seed: ## fill a running Kith through its API: make seed MOBILIZERS=400 CONTACTS=20000
	@go run ./internal/demo --cloud $(STATE)/running.json --mobilizers $(or $(MOBILIZERS),40) --contacts $(or $(CONTACTS),2000)

invoke: need-run $(LOCAL) ## one function on one event: make invoke FUNCTION=public-api EVENT=events/public-api.json
	@$(LOCAL) invoke --template template.yaml --state $(STATE) $(FUNCTION) $(EVENT)

audit: ## recount every campaign of a running Kith now
	@$(LOCAL) invoke --template template.yaml --state $(STATE) audit-metrics events/audit-metrics-now.json

verify-export: ## whether a downloaded export is whole: make verify-export FILE=contacts.csv MANIFEST=contacts.manifest.json
	@go run ./cmd/kith verify-export "$(FILE)" "$(MANIFEST)"

clean: ## forget the local cloud's data, people, ports and keys, and what was built
	@rm -rf $(STATE) .aws-sam $(TOOLS)/template.passed

# --- test ------------------------------------------------------------------------------------------------------------

test: need-test ## everything that has to pass: CI runs this
	@$(MAKE) --no-print-directory --jobs installed
	@$(MAKE) --no-print-directory lint unit test-dynamodb-local template

# Compiling takes the processor and fetching the network: all of it at once takes no longer than the tools alone.
installed: $(TOOLS)/bin/golangci-lint infra/local/node_modules/installed $(READERS)/installed $(VENV)/installed $(TOOLS)/dynamodb

check: need-check lint $(READERS)/installed ## the quick part of test: lint, unit and property tests but for deaths at every call, one walk from sign-in to CSV
	go test -shuffle=on -skip '^TestExportsFromTheStore$$|$(CRASHES)' $$(go list ./... | grep -v /internal/e2e)
	go test -count=1 -run 'TestWalk' ./internal/e2e

unit: $(LOCAL) $(READERS)/installed ## unit, property and end-to-end tests of both modules
	go test -race -shuffle=on -timeout 15m -skip '$(CRASHES)' ./...
	go test -shuffle=on -timeout 15m -run '$(CRASHES)' $$(grep -rl 'func TestCrash' --include='*_test.go' internal | xargs -n1 dirname | sort -u | sed 's|^|./|')
	go -C infra/local test -race -shuffle=on -timeout 10m ./...

test-readers: $(READERS)/installed ## exports as DuckDB and Frictionless read them; unit and check have this too
	go test -count=1 -run 'DuckDB|Frictionless' ./internal/export

test-dynamodb-local: $(TOOLS)/dynamodb ## the store's tests on AWS's own DynamoDB Local
	infra/tools/with-dynamodb-local $(TOOLS)/dynamodb go test -count=1 -shuffle=on -timeout 10m -skip '$(CRASHES)' ./internal/dynamo/...

lint: lint-go tidy vulncheck ## format, rules, tidy modules, known vulnerabilities

lint-go: $(TOOLS)/bin/golangci-lint
	$(TOOLS)/bin/golangci-lint fmt --diff ./...
	$(TOOLS)/bin/golangci-lint run ./...
	cd infra/local && $(TOOLS)/bin/golangci-lint fmt --diff ./...
	cd infra/local && $(TOOLS)/bin/golangci-lint run ./...

format: $(TOOLS)/bin/golangci-lint ## write every Go file as gofumpt wants it
	$(TOOLS)/bin/golangci-lint fmt ./...
	cd infra/local && $(TOOLS)/bin/golangci-lint fmt ./...

tidy:
	go mod tidy -diff
	go -C infra/local mod tidy -diff

# The vulnerability database is asked where it can be reached; without it nothing is known, and it says so.
vulncheck: $(TOOLS)/bin/golangci-lint
	@for module in . infra/local; do \
	  code=0; said=$$(cd $$module && $(TOOLS)/bin/govulncheck ./... 2>&1) || code=$$?; \
	  if [[ $$said == *"fetching vulnerabilities"* ]]; then \
	    echo "govulncheck in $$module: the vulnerability database can't be reached, nothing checked"; \
	  elif [ $$code != 0 ]; then echo "$$said"; exit 1; fi; \
	done

# Nothing here needs an AWS account. It runs again only when the template or a Go file has changed since it passed.
template: $(TOOLS)/template.passed ## sam validate, lint of what SAM makes of the template, sam build of every function

$(TOOLS)/template.passed: template.yaml samconfig.toml go.mod go.sum $(GO_FILES) $(wildcard infra/*.yaml) infra/tools/check_template.py $(VENV)/installed
	AWS_DEFAULT_REGION=eu-central-1 $(VENV)/bin/sam validate --lint --template template.yaml
	AWS_DEFAULT_REGION=eu-central-1 $(VENV)/bin/python infra/tools/check_template.py template.yaml
	$(VENV)/bin/cfn-lint $(wildcard infra/*.yaml)
	GOFLAGS="$(FUNCTION_GOFLAGS)" AWS_DEFAULT_REGION=eu-central-1 $(VENV)/bin/sam build --template template.yaml
	touch $@

bench: need-run $(LOCAL) ## the measures of docs/measures.md, as one table
	go test -v -run '^TestBench' -count=1 -timeout 30m ./internal/bench -bench-table

soak: need-run ## the long versions of the tests that have one: a million deliveries, every crash
	KITH_SOAK=1 go test -count=1 -timeout 120m $$(grep -rl KITH_SOAK --include='*_test.go' internal | xargs dirname | sort -u | sed 's|^|./|')

openapi: ## write docs/openapi.json anew from the handlers
	go test -run TestDescriptionIsThatOfTheHandlers -count=1 ./internal/httpapi -update

# --- deploy ----------------------------------------------------------------------------------------------------------

deploy: template ## what was tested, to AWS: make deploy STAGE=staging MAKE_ROLE=arn:…
	$(VENV)/bin/sam deploy --config-env $(STAGE) $(if $(MAKE_ROLE),--role-arn $(MAKE_ROLE))

deploy-role: $(VENV)/installed ## the role that deploys, once an account (docs/deployment.md)
	$(VENV)/bin/sam deploy --config-env deploy-role --template-file infra/deploy.yaml --parameter-overrides Deployer=$(DEPLOYER)

# --- what make installs by itself, all under .tools/ and infra/local/node_modules ----------------------------------------

need-run:
	@infra/tools/need go node npm

need-test:
	@infra/tools/need go node npm gcc curl jq $(PYTHON) java mvn postgres

need-check:
	@infra/tools/need go node npm $(PYTHON) postgres

# The local cloud is always built: the go command knows best whether anything changed.
$(LOCAL): infra/local/node_modules/installed FORCE
	@mkdir -p $(@D)
	@go build -C infra/local -buildvcs=false -o $@ .

infra/local/node_modules/installed: infra/local/package-lock.json infra/local/package.json
	@echo "installing the local cloud's services"
	@cd infra/local && npm ci --silent
	@touch $@

# golangci-lint, gofumpt and govulncheck in the versions of infra/tools/go.mod.
$(TOOLS)/bin/golangci-lint: infra/tools/go.mod infra/tools/go.sum
	@echo "building the Go tools (about two minutes, once)"
	@mkdir -p $(@D)
	@go build -C infra/tools -trimpath -ldflags=-s -buildvcs=false -o $(@D)/ tool
	@touch $@

# What deploys, and what internal/readertest has tests use, each apart: neither's pins stand in the other's way.
$(VENV)/installed: infra/tools/requirements.txt
$(READERS)/installed: infra/tools/readers.txt
$(VENV)/installed $(READERS)/installed:
	@echo "installing the Python packages of $<"
	@rm -rf $(@D)
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	@touch $@

$(TOOLS)/dynamodb: infra/tools/pom.xml
	@echo "fetching DynamoDB Local"
	@rm -rf $@
	@mvn --quiet --batch-mode --file infra/tools/pom.xml dependency:copy-dependencies -DoutputDirectory=$@
	@touch $@

FORCE:
.PHONY: help run dev seed invoke audit verify-export clean test installed check unit test-readers test-dynamodb-local lint lint-go format tidy vulncheck \
  template bench soak openapi deploy deploy-role need-run need-test need-check FORCE
