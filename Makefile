PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := run

$(VENV)/.run: pyproject.toml
	$(PY) -m venv $(VENV)
	$(BIN)/pip install -q -e .
	touch $@

$(VENV)/.dev: pyproject.toml
	$(PY) -m venv $(VENV)
	$(BIN)/pip install -q -e '.[dev]'
	touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(BIN)/pip install -q -e '.[dev,bench]'
	touch $@

.PHONY: run test check gate bench chaos e2e-aws deploy smoke
run: $(VENV)/.run ## play the bundled week of news
	$(BIN)/dualcross demo

test: $(VENV)/.dev ## run the tests
	$(BIN)/python -m pytest -q -m "not slow"

check: $(VENV)/.dev ## style, types and the template
	$(BIN)/ruff check shared functions classifiers scripts tests
	$(BIN)/mypy
	PY=$(PY) PYTHON=$(BIN)/python scripts/checkov.sh

gate: $(VENV)/.dev ## figures against their floors
	$(BIN)/python -m tests.gates

bench: $(VENV)/.bench ## ratios in one run; BENCH=--full asks a million records
	$(BIN)/python -m tests.bench $(BENCH)

chaos: $(VENV)/.dev ## kills at every write and send
	$(BIN)/python -m tests.chaos

e2e-aws: $(VENV)/.dev ## the template on an emulator, the demo's week through it, twice
	$(BIN)/python -m tests.e2e_aws

CONFIG ?= default
deploy: ## build and deploy with SAM; CONFIG=dev or prod
	PY=$(PY) scripts/sam.sh build
	PY=$(PY) scripts/sam.sh deploy --config-env $(CONFIG)

smoke: $(VENV)/.dev ## a deployed stack at work: STACK=name, with credentials of one's own
	STACK=$(STACK) $(BIN)/python -m pytest -q -rs tests/smoke
