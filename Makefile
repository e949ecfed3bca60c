# Kith. `make run` and `make test` install what they need; `make help` lists all targets.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS   += --no-builtin-rules

TOOLS   := $(CURDIR)/.tools
VENV    := $(TOOLS)/venv
READERS := $(TOOLS)/readers
DATASETS := $(TOOLS)/datasets
LOCAL   := $(TOOLS)/bin/local
STATE   := .local
WEB     := dashboard/dist/manifest.json
STAGE   ?= dev
PYTHON  ?= python3.11

# The tools that each target needs beside bash and make; infra/tools/need checks them and installs Debian packages.
RUN_TOOLS   := go node npm
CHECK_TOOLS := $(RUN_TOOLS) curl jq $(PYTHON) postgres unzip
BENCH_TOOLS := $(RUN_TOOLS) chromium $(PYTHON)
TEST_TOOLS  := $(CHECK_TOOLS) gcc java mvn chromium-headless-shell

# Build flags of the functions. Values can't contain spaces; -s implies -w.
FUNCTION_GOFLAGS := -tags=lambda.norpc -trimpath -ldflags=-s -buildvcs=false

# The tests that crash at every call of the store in turn: thousands of short runs in sequence. The race detector would make
# them two minutes longer, and another engine would not change the result, so they run once, without either.
CRASHES := ^Test\w*Crash

# The tests that send or read thousands of things one after the other, which the race detector makes two to four times as slow.
# It finds nothing in them: smaller tests of the same packages run the same code with the detector, those of concurrent use too.
SEQUENTIAL := ^Test(StoreCalls_|Routes_GeneratedInput_|Routes_OtherTenant_|ExportsFromTheStore\b|Search_StoredFiles_|Cancel_|Export_Any|ContactsPage_AnyQuery_|MobilizersPage_AnyQuery_|EachNote_|EachContact_|Pages_Unusual|Pages_Kith|Updater_Simulated|Sender_LongList_)

# The tests that repeat the requests of smaller tests, of the lists or of a bundle, on many rows. On dynoxide they check the order
# and the filters of rows; on DynamoDB Local a request is either valid or not, so once is enough.
REPEATED := ^Test(Export_Any|ContactsPage_AnyQuery_|MobilizersPage_AnyQuery_|EachNote_|EachContact_)

# The linters run vet with all its checks.
GO_TEST := go test -vet=off -shuffle=on -timeout 15m

FUNCTIONS := $(notdir $(patsubst %/,%,$(wildcard functions/*/)))
WEB_FILES  = $(shell find dashboard -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/tests/*' -not -name '*.md') docs/openapi.json
GO_FILES   = $(shell find cmd functions internal infra -name '*.go' -not -path '*/node_modules/*')

export SAM_CLI_TELEMETRY := 0

# Without paths of this folder in packages, all clones on a machine share Go's build cache.
export GOFLAGS := $(filter-out -trimpath,$(GOFLAGS)) -trimpath

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- use -------------------------------------------------------------------------------------------------------------

run: need-run $(WEB) $(LOCAL) ## run Kith on this machine, with a demo; Ctrl-C stops it
	@$(LOCAL) run --template template.yaml --state $(STATE) --ports keep | go run ./internal/demo --cloud - --state $(STATE) --once

dev: need-run $(WEB) $(LOCAL) ## run Kith and rebuild functions and the dashboard when one of their files is saved
	@npm --prefix dashboard run --silent watch >$(STATE)-dashboard.log 2>&1 & trap "kill $$!" EXIT; \
	$(LOCAL) run --template template.yaml --state $(STATE) --ports keep --watch | go run ./internal/demo --cloud - --state $(STATE) --once

seed: ## add a demo to a running Kith: make seed MOBILIZERS=400 CONTACTS=20000
	@go run ./internal/demo --cloud $(STATE)/running.json --mobilizers $(or $(MOBILIZERS),40) --contacts $(or $(CONTACTS),2000)

demo-files: ## download all export files of the demo: make demo-files FILES=demo-files
	@go run ./internal/demo --cloud $(STATE)/running.json --state $(STATE) --files $(or $(FILES),demo-files)

invoke: need-run $(LOCAL) ## invoke a function with an event: make invoke FUNCTION=public-api EVENT=events/public-api.json
	@$(LOCAL) invoke --template template.yaml --state $(STATE) $(FUNCTION) $(EVENT)

audit: ## recount all campaigns of a running Kith
	@$(LOCAL) invoke --template template.yaml --state $(STATE) audit-metrics events/audit-metrics-now.json

verify-export: ## compare an export file with its manifest: make verify-export FILE=contacts.csv MANIFEST=contacts.manifest.json
	@go run ./cmd/kith verify-export "$(FILE)" "$(MANIFEST)"

mail: ## run an operator's command about email on a stage: make mail STAGE=staging DO="allow ORGANIZATION"
	@table() { aws cloudformation describe-stack-resource --stack-name kith-$(STAGE) --logical-resource-id $$1 \
	  --query StackResourceDetail.PhysicalResourceId --output text; }; \
	  RECORDS_TABLE=$$(table Records) METRICS_TABLE=$$(table Metrics) JOBS_TABLE=$$(table Jobs) go run ./cmd/kith mail $(DO)

secret: ## list, add or remove versions of a stage's secret: make secret STAGE=staging DO=add
	@APP_SECRET_ARN=$$(aws cloudformation describe-stack-resource --stack-name kith-$(STAGE) --logical-resource-id AppSecret \
	  --query StackResourceDetail.PhysicalResourceId --output text) go run ./cmd/kith secret $(DO)

clean: ## delete the local cloud's data, people, ports and keys, and build results
	@rm -rf $(STATE) $(STATE)-dashboard.log .aws-sam dashboard/dist $(TOOLS)/template.passed

# --- test ------------------------------------------------------------------------------------------------------------

# The phases of make test. Those that mostly wait come first, so that the others use the processor.
PHASES := test-e2e test-race test-dashboard test-local test-dynamodb-local test-crashes test-plain template lint

test: tools $(LOCAL) $(WEB) ## run everything that must pass, three phases at a time: CI runs this
	@infra/tools/phases 3 $(PHASES)

tools: need-test ## install the tools of the tests: Debian packages (as root), linters, readers, DynamoDB Local
	@$(MAKE) --no-print-directory --jobs installed

# Compiling is bound by the processor and downloading by the network, so all of it at once takes no longer than the tools.
installed: $(TOOLS)/bin/golangci-lint dashboard/node_modules/installed infra/local/node_modules/installed $(READERS)/installed $(VENV)/installed $(TOOLS)/dynamodb

check: need-check lint $(WEB) $(READERS)/installed $(VENV)/installed ## run the quick part of test: lint, unit tests without crash tests, the walk and the golden campaign
	go test -shuffle=on -skip '^TestExportsFromTheStore\b|$(CRASHES)' $$(go list ./... | grep -v /internal/e2e)
	go test -count=1 -run '^(TestWalk|TestGolden)' ./internal/e2e

# These tests have more memory than processor time, so garbage is collected more rarely.
test-race test-crashes test-dynamodb-local: export GOGC := 400

unit: test-race test-plain test-crashes test-local test-e2e ## run the unit, property and end-to-end tests of both modules

test-race: $(READERS)/installed $(LOCAL)
	$(GO_TEST) -race -skip '$(CRASHES)|$(SEQUENTIAL)' $$(infra/tools/concurrent-packages | grep -v /internal/e2e$$)

test-plain: $(READERS)/installed $(LOCAL)
	$(GO_TEST) -skip '$(CRASHES)' $$(go list ./... | grep -vxF "$$(infra/tools/concurrent-packages)")
	$(GO_TEST) -run '$(SEQUENTIAL)' $$(infra/tools/packages-of-tests '$(SEQUENTIAL)')

test-crashes:
	$(GO_TEST) -run '$(CRASHES)' $$(infra/tools/packages-of-tests '$(CRASHES)')

# Without the race detector: the process of these tests has no code of the product.
test-e2e: $(LOCAL) $(WEB) $(READERS)/installed
	$(GO_TEST) ./internal/e2e

test-local: infra/local/node_modules/installed
	cd infra/local && $(GO_TEST) -race ./...

test-readers: $(READERS)/installed ## read exports with DuckDB and Frictionless; part of unit and check
	go test -count=1 -run 'DuckDB|Frictionless' ./internal/export/...

test-dashboard: $(WEB) $(LOCAL) ## check the dashboard's types and messages, run its unit tests and its journeys in Chromium
	npm --prefix dashboard run --silent types
	npm --prefix dashboard run --silent test
	npm --prefix dashboard run --silent journeys

test-dynamodb-local: $(TOOLS)/dynamodb ## run the store's tests on DynamoDB Local
	infra/tools/with-dynamodb-local $(TOOLS)/dynamodb $(GO_TEST) -count=1 -skip '$(CRASHES)|$(REPEATED)' ./internal/dynamo/...

lint: lint-go tidy vulncheck ## check format, linter rules, module files and known vulnerabilities

lint-go: $(TOOLS)/bin/golangci-lint
	$(TOOLS)/bin/golangci-lint fmt --diff ./...
	$(TOOLS)/bin/golangci-lint run ./...
	cd infra/local && $(TOOLS)/bin/golangci-lint fmt --diff ./...
	cd infra/local && $(TOOLS)/bin/golangci-lint run ./...

format: $(TOOLS)/bin/golangci-lint ## format all Go files with gofumpt
	$(TOOLS)/bin/golangci-lint fmt ./...
	cd infra/local && $(TOOLS)/bin/golangci-lint fmt ./...

tidy:
	go mod tidy -diff
	go -C infra/local mod tidy -diff

# Without the vulnerability database nothing is checked, and the target says so.
vulncheck: $(TOOLS)/bin/golangci-lint
	@for module in . infra/local; do \
	  code=0; output=$$(cd $$module && $(TOOLS)/bin/govulncheck ./... 2>&1) || code=$$?; \
	  if [[ $$output == *"fetching vulnerabilities"* ]]; then \
	    echo "govulncheck in $$module: the vulnerability database is not reachable, nothing checked"; \
	  elif [ $$code != 0 ]; then echo "$$output"; exit 1; fi; \
	done

# This needs no AWS account. It runs again only when the template or a Go file has changed since it passed.
template: $(TOOLS)/template.passed ## validate the template, lint SAM's result, build every function with sam

$(TOOLS)/template.passed: template.yaml samconfig.toml go.mod go.sum $(GO_FILES) $(wildcard infra/*.yaml) infra/tools/check_template.py $(VENV)/installed
	AWS_DEFAULT_REGION=eu-central-1 $(VENV)/bin/sam validate --lint --template template.yaml
	AWS_DEFAULT_REGION=eu-central-1 $(VENV)/bin/python infra/tools/check_template.py template.yaml
	$(VENV)/bin/cfn-lint $(wildcard infra/*.yaml)
	GOFLAGS="$(FUNCTION_GOFLAGS)" AWS_DEFAULT_REGION=eu-central-1 $(VENV)/bin/sam build --template template.yaml
	touch $@

bench: need-bench $(LOCAL) $(WEB) $(DATASETS)/installed ## print the measures of docs/measures.md as a table
	go test -v -run '^TestBench' -count=1 -timeout 60m ./internal/bench -bench-table

soak: need-soak $(WEB) $(LOCAL) ## run the long versions of tests: a million deliveries, every crash, every page in every language, width and theme
	KITH_SOAK=1 npm --prefix dashboard run --silent journeys -- journeys/pages.spec.ts
	KITH_SOAK=1 go test -count=1 -timeout 120m $$(grep -rl KITH_SOAK --include='*_test.go' internal | xargs dirname | sort -u | sed 's|^|./|')

openapi: dashboard/node_modules/installed ## regenerate docs/openapi.json from the handlers, and the dashboard's types from it
	go test -run TestDescription_MatchesHandlers_Exactly -count=1 ./internal/httpapi/httpapitest -update
	npm --prefix dashboard run --silent api

pictures: $(LOCAL) $(WEB) ## take the pictures of docs/dashboard.md again
	npm --prefix dashboard run --silent pictures

# --- deploy ----------------------------------------------------------------------------------------------------------

deploy: template $(WEB) ## deploy the stack and the dashboard to AWS: make deploy STAGE=staging MAKE_ROLE=arn:…
	PATH="$(VENV)/bin:$$PATH" python infra/tools/stage.py deploy $(STAGE) $(if $(MAKE_ROLE),--role-arn $(MAKE_ROLE))
	$(VENV)/bin/python infra/tools/upload_dashboard.py --stack kith-$(STAGE) dashboard/dist

destroy: $(VENV)/installed ## delete a stage with all its data, after a question: make destroy STAGE=staging MAKE_ROLE=arn:…
	@PATH="$(VENV)/bin:$$PATH" python infra/tools/stage.py destroy $(STAGE) $(if $(MAKE_ROLE),--role-arn $(MAKE_ROLE)) \
	  $(if $(filter production,$(DELETE)),--delete-production)

deploy-role: $(VENV)/installed ## create the roles that deploy a stage, once per stage: make deploy-role STAGE=staging DEPLOYER=arn:…
	$(VENV)/bin/sam deploy --config-env deploy-role --stack-name kith-$(STAGE)-deploy --template-file infra/deploy.yaml \
	  --parameter-overrides Stage=$(STAGE) Deployer=$(DEPLOYER)

# --- tools that make installs, under .tools/ and in node_modules folders ------------------------------------------------

need-run:
	@infra/tools/need $(RUN_TOOLS)

need-bench:
	@infra/tools/need $(BENCH_TOOLS)

need-soak:
	@infra/tools/need $(RUN_TOOLS) chromium-headless-shell

need-check:
	@infra/tools/need $(CHECK_TOOLS)

need-test:
	@infra/tools/need $(TEST_TOOLS)

# Always built: the go command knows whether anything changed.
$(LOCAL): infra/local/node_modules/installed FORCE
	@mkdir -p $(@D)
	@go build -C infra/local -buildvcs=false -o $@ .

$(WEB): $(WEB_FILES) dashboard/node_modules/installed
	@echo "building the dashboard"
	@npm --prefix dashboard run --silent build -- --logLevel warn
	@cp docs/openapi.json dashboard/dist/ # served by the site

dashboard/node_modules/installed: dashboard/package-lock.json dashboard/package.json
	@echo "installing the dashboard's packages"
	@npm --prefix dashboard ci --silent
	@touch $@

infra/local/node_modules/installed: infra/local/package-lock.json infra/local/package.json
	@echo "Installing the local cloud's services"
	@cd infra/local && npm ci --silent
	@touch $@

# golangci-lint, gofumpt and govulncheck, in the versions of infra/tools/go.mod.
$(TOOLS)/bin/golangci-lint: infra/tools/go.mod infra/tools/go.sum
	@echo "Building the Go tools (about two minutes, once)"
	@mkdir -p $(@D)
	@go build -C infra/tools -trimpath -ldflags=-s -buildvcs=false -o $(@D)/ tool
	@touch $@

# The deployment tools, the packages that read exports in tests, and data sets have an environment each: their pins conflict.
$(VENV)/installed: infra/tools/requirements.txt
$(READERS)/installed: infra/tools/readers.txt
$(DATASETS)/installed: infra/tools/datasets.txt
$(VENV)/installed $(READERS)/installed $(DATASETS)/installed:
	@echo "Installing the Python packages of $<"
	@rm -rf $(@D)
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	@touch $@

$(TOOLS)/dynamodb: infra/tools/pom.xml
	@echo "Downloading DynamoDB Local"
	@rm -rf $@
	@mvn --quiet --batch-mode --file infra/tools/pom.xml dependency:copy-dependencies -DoutputDirectory=$@
	@touch $@

FORCE:
.PHONY: FORCE $(shell sed -n 's/^\([a-z0-9-]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))
