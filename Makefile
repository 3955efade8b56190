# Targets for people and for CI. `make` lists them.
# Needs Rust, Node, make and a C compiler; everything else is installed on the way.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

LISTEN ?= 127.0.0.1:8080
RELEASE := target/release/jidi
DEBUG := target/debug/jidi
WEB_SOURCES := $(shell find web/src web/public web/scripts -type f -not -path "*/generated/*" 2>/dev/null) \
	web/index.html web/vite.config.ts web/package.json geodata/basemap.topojson

say = @echo "==> $(1)"

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: run
run: web $(RELEASE) ## Build what is missing and serve the map on http://127.0.0.1:8080
	@exec $(RELEASE) serve --listen $(LISTEN)

.PHONY: build
build: web $(RELEASE) ## Build the web page and the release binary

.PHONY: $(RELEASE)
$(RELEASE): web
	@[ -x $@ ] || echo "==> Building the binary (about three minutes the first time)"
	@cargo build --release --locked --quiet

.PHONY: $(DEBUG)
$(DEBUG): web
	@cargo build --locked --quiet

.PHONY: web
web: web/dist/index.html ## Build the web page

web/node_modules/.package-lock.json: web/package-lock.json
	$(call say,Installing the packages of the web page (about half a minute))
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	$(call say,Building the web page (a few seconds))
	@cd web && npm run --silent build
	@touch $@

.PHONY: check
check: web ## Format, lints, documentation, web lint
	$(call say,Checking format and lints)
	@cargo fmt --check
	@cargo clippy --locked --all-targets --quiet -- -D warnings
	@RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --quiet
	@cd web && npm run --silent lint

.PHONY: test
test: check test-rust test-web walk ## Everything that must hold: lint, Rust tests, web units, a walk in the browser

.PHONY: test-rust
test-rust: web
	$(call say,Rust tests)
	@cargo test --locked --quiet

.PHONY: test-web
test-web: web/node_modules/.package-lock.json
	$(call say,Tests of the web page's parts)
	@cd web && npm test --silent

.PHONY: walk
walk: $(DEBUG) ## One walk through the page in a real browser
	$(call say,A walk through the page in Chromium)
	@scripts/with-chromium.sh npm --prefix web run --silent walk

.PHONY: test-all
test-all: test test-postgis test-clients reading-check ## `test`, every flow in the browser, the tests that take long, PostGIS, GIS clients, the reading, licences
	$(call say,Rust tests that take long)
	@cargo test --locked --quiet -- --ignored --skip postgis
	$(call say,Every flow in the browser)
	@scripts/with-chromium.sh npm --prefix web run --silent e2e
	$(call say,Licences of the dependencies)
	@scripts/licences.sh

.PHONY: test-clients
test-clients: $(DEBUG) ## GDAL, QGIS, OWSLib, R, DuckDB, schemathesis and others as clients
	$(call say,GIS clients)
	@scripts/with-chromium.sh scripts/with-gis.sh scripts/with-service.sh $(DEBUG) scripts/gis-clients.sh $(DEBUG)
	$(call say,The API held against its own description)
	@scripts/with-gis.sh scripts/clients/api-twice.sh $(DEBUG)

.PHONY: test-postgis
test-postgis: web ## The shared store in a PostgreSQL of its own
	$(call say,The shared store in PostGIS)
	@scripts/with-postgis.sh cargo test --locked --quiet postgis -- --ignored

.PHONY: bench
bench: ## Time the hot paths beside brute force and another crate
	@cargo bench --locked

.PHONY: bench-http
bench-http: $(RELEASE) ## Requests per processor-second beside nginx and, over PostGIS, tipg
	@scripts/with-postgis.sh benches/http/run.py $(RELEASE)

.PHONY: eval-geocode
eval-geocode: ## Measure the geocoder on the labelled rows of geodata/eval
	@cargo run --release --locked --quiet --example eval_geocode

.PHONY: data
data: ## Make the files of geodata/ anew from its sources and packages (needs Python 3)
	@geodata/scripts/make.sh

.PHONY: reading
reading: $(RELEASE) ## Make the reading of the real data anew: docs/reading.md and its figures
	@scripts/reading/make.mjs $(RELEASE)

.PHONY: reading-check
reading-check: $(DEBUG)
	$(call say,The reading of the real data against the answers of the program)
	@scripts/reading/check.sh $(DEBUG)

.PHONY: picture
picture: $(DEBUG) ## Take the README's picture from the running page
	@scripts/with-chromium.sh scripts/with-service.sh $(DEBUG) scripts/picture.sh

.PHONY: clean
clean: ## Remove what was built
	@rm -rf target web/dist web/node_modules
