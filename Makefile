# Forecourt: every command a person needs. Each target installs what it lacks.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Our own Node comes first, whatever the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

NPM_FLAGS := --ignore-scripts --no-audit --no-fund --loglevel=error
INSTALLED := node_modules/.package-lock.json
WEB := collector/web/dist/index.html
WEB_SOURCES := $(shell find collector/web collector/api/schemas.ts -type f -not -path '*/dist/*' -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help setup web demo test check audit bench score soak packages test-tools clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(INSTALLED) ## install the project's own Node and packages

$(INSTALLED): package.json package-lock.json $(wildcard */package.json) collector/web/package.json
	@# A fresh tree is installed exactly as the lock file says; one that stands is brought up to date, which is faster.
	if [ -d node_modules ]; then npm install --no-save $(NPM_FLAGS); else npm ci $(NPM_FLAGS); fi
	@touch $@

web: $(WEB) ## build the page

$(WEB): $(INSTALLED) $(WEB_SOURCES)
	vite build collector/web --logLevel warn
	@touch $@

demo: $(WEB) ## run the whole chain: 3 simulated stations, agents, collector, page (FOR=60s stops by itself, PORT=8080)
	@node test/demo/main.ts $(if $(FOR),--for $(FOR)) $(if $(PORT),--port $(PORT))

test: $(WEB) test-tools ## run all tests (ONLY=path runs those below it)
	@mkdir -p .run
	@vitest run --reporter=default --reporter=json --outputFile.json=.run/vitest.json $(ONLY)

check: $(INSTALLED) ## types, lint, import boundaries, dead exports
	tsc --noEmit -p .
	tsc --noEmit -p collector/web
	tsc --noEmit -p simulators/control/page
	tsc --noEmit -p edge-agent/local/page
	biome check --error-on-warnings .
	depcruise --config .dependency-cruiser.cjs --output-type err protocol edge-agent collector simulators provisioning test
	knip

audit: $(INSTALLED) ## audit the dependencies; exit code 2 where the registry's advisory service does not answer
	@node scripts/audit-dependencies.ts

score: $(INSTALLED) ## score the rules against the simulator's truth (SCENARIOS=dir SEEDS=1-3 ONLY=part MONTHS=6)
	@node test/score/main.ts --seeds $(or $(SEEDS),1-3) --months $(or $(MONTHS),6) $(if $(SCENARIOS),--scenarios $(SCENARIOS)) $(if $(ONLY),--only $(ONLY))

bench: $(WEB) test-tools ## measure, print a table, write .run/bench.json (ONLY=name runs one)
	@node test/bench/main.ts $(if $(ONLY),--only $(ONLY))

soak: $(WEB) ## the long campaigns in full: kills, fuzz, soak
	@FORECOURT_SOAK=1 $(MAKE) --no-print-directory test-tools
	@FORECOURT_SOAK=1 vitest run

packages: $(WEB) ## build Debian packages of agent (amd64, arm64) and collector (amd64) into dist/ (QUICK=1: larger, in seconds)
	@rm -rf dist
	@node provisioning/main.ts packages --program agent --arch amd64 arm64 $(if $(QUICK),--compression gzip) --out dist
	@node provisioning/main.ts packages --program collector --arch amd64 $(if $(QUICK),--compression gzip) --out dist

test-tools: $(INSTALLED) ## install the foreign tools that tests use, from Debian
	@bash scripts/test-tools.sh

clean: ## remove everything that was built or installed
	rm -rf node_modules collector/web/dist dist .run
