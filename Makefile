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

.PHONY: run test check gate bench chaos deploy
run: $(VENV)/.run ## play the bundled week of news
	$(BIN)/dualcross demo

test: $(VENV)/.dev ## run the tests
	$(BIN)/python -m pytest -q -m "not slow"

check: $(VENV)/.dev ## style and types
	$(BIN)/ruff check shared functions classifiers tests
	$(BIN)/mypy

gate: $(VENV)/.dev ## figures against their floors
	$(BIN)/python -m tests.gates

bench: $(VENV)/.dev ## ratios in one run
	$(BIN)/python -m tests.bench.matching
	$(BIN)/python -m tests.bench.polling

chaos: $(VENV)/.dev ## kills at every write and send
	$(BIN)/python -m tests.chaos

deploy: ## build and deploy with SAM
	sam build && sam deploy
