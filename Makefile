# Ringi. `make run` and `make test` need only Python 3.11+ and make; everything else they install into this folder.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Compiled modules are kept: a start takes half the time.
unexport PYTHONDONTWRITEBYTECODE

WEB    := designer/static/dist/.vite/manifest.json

.PHONY: run setup test lint types bench oracle fuzz api faults pages fmt lock licences chromium web clean help

help:            ## Show what make can do
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run: $(VENV)/.run-installed web   ## Build what is missing, then serve on http://127.0.0.1:8080
	@exec $(BIN)/ringi up

setup: $(VENV)/.dev-installed web ## Make .venv with everything for work on Ringi, and .venv/bin/ringi

test: setup chromium              ## All tests, on SQLite and PostgreSQL, with the browser tests
	@$(BIN)/pytest -n 2 --dist loadgroup

lint: $(VENV)/.dev-installed      ## Style, import contracts, licences
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory licences

types: $(VENV)/.dev-installed     ## mypy, strict, on engine and runtime
	@$(BIN)/mypy

bench: setup                      ## Benchmarks, each against its bare cost or a peer in the same run
	@$(BIN)/python -m tests.benchmarks

oracle: setup                     ## 10,000 random processes, each step held against the reference interpreter
	@RINGI_RANDOM_PROCESSES=10000 $(BIN)/pytest -n 2 tests/engine/kernel/test_random_processes.py

fuzz: setup                       ## Coverage-guided fuzzing of all readers, 1,100,000 inputs (Linux)
	@for target in "expression 500000" "unary-tests 200000" "decision-table 200000" "dmn 100000" "bpmn 100000"; do \
		set -- $$target; echo "$$1: $$2 inputs"; $(BIN)/python -m tests.fuzz $$1 --runs $$2 || exit 1; done

api: setup                        ## 300 generated requests for each operation of the API, and as many sequences of them
	@RINGI_API_EXAMPLES=300 $(BIN)/pytest -n 2 tests/api

faults: setup                     ## 10,000 kills, 500 database crashes and other faults, by seed; goes on where it was stopped (Linux)
	@$(BIN)/python -m tests.faults --kills 10000 --crashes 500 --seed 1

pages: $(VENV)/.dev-installed     ## Make the pages and pictures in docs/ anew that come from the tables in the code
	@$(BIN)/python -m engine.check.manual > docs/problems.md
	@$(BIN)/python -m engine.check.other_engines > docs/other-engines.md
	@$(BIN)/python -m tests.access.matrix > docs/access-matrix.md.new && mv docs/access-matrix.md.new docs/access-matrix.md
	@$(BIN)/python -m tests.conformance.patterns
	@$(BIN)/python -m tests.manual.pictures
	@$(BIN)/python -m tests.manual.gallery > docs/elements.md
	@$(BIN)/python -m tests.conformance.page > docs/conformance.md.new && mv docs/conformance.md.new docs/conformance.md

fmt: $(VENV)/.dev-installed       ## Format and mend what can be mended by itself
	@$(BIN)/ruff check --fix . || true
	@$(BIN)/ruff format .

licences: $(VENV)/.dev-installed
	@$(BIN)/python tests/tools/check_licences.py

lock: $(VENV)/.dev-installed      ## Pin all dependencies anew
	@sh requirements/lock.sh $(BIN)/uv

web: $(VENV)/.run-installed
	@$(BIN)/python -m designer.build

chromium:
	@sh tests/tools/install_chromium.sh

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Ringi needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# `touch` comes last: an installation that was broken off starts again.
$(VENV)/.run-installed: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing Ringi and its dependencies …"
	@test -e $(VENV)/.dev-installed || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-installed: requirements/dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing everything for work on Ringi …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run-installed

clean:           ## Remove what was built (not your data in .ringi)
	rm -rf $(VENV) designer/static/dist designer/web/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
