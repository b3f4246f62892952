# The front door. Everything it starts is written in Python (`stack/`) or is a well-known tool.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-pythons bench-delivery fuzz test-soak up down wipe status stop start top trace traffic check dashboards format lock clean

CACHE := $(or $(OTEL_DISTRO_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/otel-distro)
# An uv on the PATH that works, or else one of our own in the cache.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo $(CACHE)/uv/bin/uv)
BIN := .venv/bin
INSTALLED := .venv/.installed

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo: $(INSTALLED) ## everything from nothing: build, start, send traffic, print a trace's link; Ctrl-C ends it
	@exec $(BIN)/python -m stack demo

test: $(INSTALLED) ## run the tests against real components, on free ports
	@$(BIN)/python -m stack build
	@$(BIN)/pytest -m "not soak"

test-pythons: $(INSTALLED) ## run the unit tests on the other supported Pythons that are found here
	@for version in 3.12 3.13; do \
		python=$$(UV_PYTHON_DOWNLOADS=never $(UV) python find --no-project $$version 2>/dev/null \
			|| { prefix=$$(pyenv prefix "$$(pyenv latest $$version)" 2>/dev/null) && echo "$$prefix/bin/python"; } || true); \
		if [ -z "$$python" ]; then echo "Python $$version is not here: left out"; continue; fi; \
		echo "Unit tests on Python $$version"; \
		$(UV) venv --quiet --clear --python "$$python" "$(CACHE)/python-$$version"; \
		$(UV) pip sync --quiet --python "$(CACHE)/python-$$version" --require-hashes requirements.lock; \
		$(UV) pip install --quiet --python "$(CACHE)/python-$$version" --no-deps --editable . --editable ./service; \
		"$(CACHE)/python-$$version/bin/python" -m pytest -q tests/unit; \
	done

bench-delivery: $(INSTALLED) ## start and exit times, losses and latencies beside upstream: REPEATS=3 OUTAGE=60 PARTS="starts exits"
	@PATH="$(if $(filter /%,$(UV)),$(dir $(UV)):)$$PATH" $(BIN)/python -m benchmarks.delivery --cache "$(CACHE)" \
		$(if $(REPEATS),--repeats $(REPEATS)) $(if $(OUTAGE),--outage $(OUTAGE)) $(if $(PARTS),--parts $(PARTS))

fuzz: $(INSTALLED) ## fuzz encoder, spool, answers and header lists: make fuzz SECONDS=60
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python "$(CACHE)/fuzz"
	@$(UV) pip sync --quiet --python "$(CACHE)/fuzz" --require-hashes requirements.lock
	@$(UV) pip install --quiet --python "$(CACHE)/fuzz" --no-deps --editable . atheris==3.0.0
	@"$(CACHE)/fuzz/bin/python" -m tests.fuzz $(or $(SECONDS),60) "$(CACHE)/fuzz-corpus"

test-soak: $(INSTALLED) ## run the long tests: outages, soak
	@$(BIN)/python -m stack build
	@$(BIN)/pytest -m soak

up: $(INSTALLED) ## start the full stack and return when it is ready
	@$(BIN)/python -m stack up

down: $(INSTALLED) ## stop the full stack
	@$(BIN)/python -m stack down

wipe: $(INSTALLED) ## stop the stack and delete its data
	@$(BIN)/python -m stack wipe

status: $(INSTALLED) ## show what runs, where, and for how long
	@$(BIN)/python -m stack status

stop: $(INSTALLED) ## stop one component, which is a fault to look at: make stop NAME=mongodb
	@$(BIN)/python -m stack stop "$(NAME)"

start: $(INSTALLED) ## start a component that was stopped: make start NAME=mongodb
	@$(BIN)/python -m stack start "$(NAME)"

top: $(INSTALLED) ## watch rate, errors and duration by route, the service's metrics and its last errors
	@$(BIN)/python -m stack top

traffic: $(INSTALLED) ## play an agency's days against what runs: make traffic SECONDS=60 RATE=20 FAILURES=0.01
	@SECONDS="$(SECONDS)" RATE="$(RATE)" FAILURES="$(FAILURES)" $(BIN)/python -m stack traffic

trace: $(INSTALLED) ## print one trace as a tree, with its log lines: make trace ID=...
	@$(BIN)/python -m stack trace "$(ID)"

check: $(INSTALLED) ## lint, types, import rules, configuration
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(BIN)/pytest -q tests/unit/backends/test_alert_rules.py tests/unit/backends/test_metric_names.py \
		tests/unit/backends/test_dashboards.py::test_committed_files_are_what_the_source_makes \
		tests/unit/backends/test_dashboards.py::test_panels_ask_for_what_there_is

dashboards: $(INSTALLED) ## write Grafana's dashboards from their source
	@$(BIN)/python -m backends.grafana.generator

format: $(INSTALLED) ## format the code and mend what can be mended by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: | $(filter /%,$(UV)) ## resolve the dependencies again and pin them in requirements.lock
	@$(UV) lock --quiet --upgrade
	@$(UV) export --quiet --frozen --all-packages --all-groups --no-emit-workspace --no-header --no-annotate \
		--output-file requirements.lock

clean: ## remove what was installed into this checkout
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(INSTALLED): requirements.lock pyproject.toml service/pyproject.toml | $(filter /%,$(UV))
	@echo "Installing Python packages into .venv (under a minute) ..."
	@$(UV) venv --quiet --allow-existing --python '>=3.11' .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable . --editable ./service
	@touch $@

$(CACHE)/uv/bin/uv:
	@echo "Installing uv into $(CACHE)/uv ..."
	@python3 -m venv $(CACHE)/uv || { echo "python3 with its venv module is missing: apt-get install python3-venv" >&2; exit 1; }
	@$(CACHE)/uv/bin/pip install --quiet uv
