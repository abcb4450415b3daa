# Needs Python 3.11 or newer and make; everything else is put into .venv, once.

PYTHON  ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)
WORKERS ?= logical
ARGS    ?=

VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo test lint types tests explore format docs soak faults bench wheel constraints clean

help: ## Show this list
	@echo "ContractHub: publish contracts, verify them, ask whether it is safe to deploy."
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "PYTHON=python3.12 chooses the interpreter, ARGS='-k name' is passed on to pytest or the program."

demo: $(READY) ## Watch the whole job: publish, verify, deploy, break, be stopped
	@$(BIN)/contracthub demo $(ARGS)

test: lint types tests ## Lint, types and the whole test suite: what CI runs

lint: $(READY) ## ruff: rules and layout
	@echo "==> lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY) ## mypy, strict
	@echo "==> types"
	@$(BIN)/mypy

tests: $(READY) ## The tests alone, in parallel
	@scripts/ensure-browser
	@scripts/ensure-clients
	@scripts/ensure-kafka
	@echo "==> tests"
	@$(PYTEST) -n $(WORKERS) --dist loadgroup $(ARGS)

explore: $(READY) ## The property tests on examples that no run has seen
	@CONTRACTHUB_TEST_EXAMPLES=new $(PYTEST) -n $(WORKERS) --dist loadgroup -m "hypothesis and not faults and not soak" $(ARGS)

format: $(READY) ## Lay the code out and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(READY) ## Write docs/commands.md, diff-rules.md and policy-rules.md from the commands and rules themselves
	@$(BIN)/python -m scripts.command_reference
	@$(BIN)/python -m scripts.rule_reference
	@$(BIN)/python -m scripts.policy_reference

soak: $(READY) ## Minutes of load on a real hub
	@$(PYTEST) -m soak --timeout 0 $(ARGS)

faults: $(READY) ## Kill the hub in the middle of its work and look at what is left
	@$(PYTEST) -m faults --timeout 0 tests/faults $(ARGS)

bench: $(READY) ## Cost of the hot requests, small and large database
	@$(BIN)/python -m benchmarks $(ARGS)

wheel: $(READY) ## Build dist/contracthub-*.whl
	@$(BIN)/python -m hatchling build -t wheel

constraints: ## Renew constraints.txt from the newest versions that fit (needs a network)
	@$(MAKE) --no-print-directory check-python
	@PYTHON="$(PYTHON)" scripts/renew-constraints

clean: ## Remove everything that make made
	rm -rf $(VENV) .clients dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: check-python
check-python:
	@if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "ContractHub needs Python 3.11 or newer; found: $${PYTHON:-$(or $(PYTHON),none)}." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; fi

# Made once, and again when the dependencies change.
$(READY): pyproject.toml constraints.txt
	@$(MAKE) --no-print-directory check-python
	@echo "==> virtual environment in $(VENV) ($$($(PYTHON) --version)); a minute or two, once"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install --constraint constraints.txt hatchling editables
	@$(PIP) install --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch $@
