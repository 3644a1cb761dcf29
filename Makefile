# Each target does its own set-up: a virtual environment in .venv, made with uv where uv is, else with venv and pip.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports bench clean

help:  ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

$(VENV)/.ready: pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python '>=3.11' $(VENV) && uv pip install --quiet --python $(BIN)/python -e '.[dev]'; \
	else \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "store-edge needs Python 3.11 or newer, found " + sys.version.split()[0] + "; name one with: make PYTHON=python3.12 ...")' \
	  && $(PYTHON) -m venv $(VENV) \
	  && $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'; \
	fi
	@touch $@

demo: $(VENV)/.ready  ## Watch people being counted and the counts arrive over MQTT
	@$(BIN)/store-edge demo $(ARGS)

test: $(VENV)/.ready  ## Run the tests
	@$(BIN)/python -m pytest -m 'not slow' $(ARGS)

lint: $(VENV)/.ready  ## Check style and formatting
	@$(BIN)/ruff check edge tests && $(BIN)/ruff format --check edge tests

types: $(VENV)/.ready  ## Check types
	@$(BIN)/mypy

imports: $(VENV)/.ready  ## Check the import contracts
	@$(BIN)/lint-imports

bench: $(VENV)/.ready  ## Measure speed (vision, outbox) and exactness (shelves, a tenth of the days)
	@$(BIN)/store-edge bench vision
	@$(BIN)/store-edge bench outbox
	@$(BIN)/store-edge bench shelf --quick

clean:  ## Remove what the targets made
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find edge tests -name __pycache__ -type d -prune -exec rm -rf {} +
