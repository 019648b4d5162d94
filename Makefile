# `make try` sets up and classifies one title; `make test` is what continuous integration runs. `make help` lists the rest.

VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin

.PHONY: help try setup test lint docs docs-serve train

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-14s %s\n", $$1, $$2}'

try: ## set up and classify one title
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	test -x $(BIN)/rung || $(BIN)/pip install --quiet --disable-pip-version-check .
	$(BIN)/rung classify "Group PM"

setup: ## an environment for working on the project
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'

test: ## set up, lint, rebuild the model, run the tests
	VENV=$(VENV) PYTHON=$(PYTHON) .ci/run

lint: ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

train: ## build the model from training_data/
	$(BIN)/rung train

docs: ## build the documentation into site/; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

docs-serve: ## read the documentation on http://127.0.0.1:8001 while writing it
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve --dev-addr 127.0.0.1:8001
