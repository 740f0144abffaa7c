# One target per job; `make help` lists them. Everything is installed into .venv, nothing outside this folder.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check lint format types contracts docs picture wheel bench lock clean python

help:  ## list the targets
	@sed -nE 's/^([a-z]+):.*  ## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18
	@echo "  PYTHON=python3.12 in front chooses the Python (3.11 or newer) that .venv is made from."

demo: $(VENV)/.demo  ## set up what the demo needs and run the main job on handwritten digits
	@echo "== tagline demo"
	@$(BIN)/tagline demo

test: $(VENV)/.dev  ## set up everything and run the whole suite (ARGS="-k name" to choose)
	@echo "== pytest: source examples, tests, documents"
	@$(BIN)/python -m pytest $(ARGS)

check: lint types contracts test  ## lint, types, contracts and test

lint: $(VENV)/.dev  ## ruff: rules and formatting
	@echo "== ruff: rules, formatting"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(VENV)/.dev  ## ruff: format and mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(VENV)/.dev  ## mypy, strict
	@echo "== mypy --strict"
	@$(BIN)/mypy

contracts: $(VENV)/.dev  ## import-linter: imports point down
	@echo "== import-linter: imports point down"
	@PYTHONPATH=src $(BIN)/lint-imports --no-logo

docs: $(VENV)/.dev  ## run the examples of the source, README.md and docs/
	@echo "== examples in the source, README.md and docs/"
	@$(BIN)/python -m pytest src tests/test_documents.py

picture: $(VENV)/.dev  ## make the picture in README.md anew, from the report of the demo (needs Chromium)
	@echo "== docs/images/report.png"
	@$(BIN)/python docs/images/report.py

wheel: $(VENV)/.dev  ## build the wheel into dist/
	@echo "== build the wheel into dist/"
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist . > $(VENV)/wheel.log 2>&1 \
	  || { cat $(VENV)/wheel.log; echo "The wheel could not be built; the output above says why."; exit 1; }
	@ls dist/tagline-*.whl

bench: $(VENV)/.bench  ## measure speed and memory beside peers (half an hour)
	@echo "== benchmarks"
	@$(BIN)/python -m benchmarks $(ARGS)

COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: $(VENV)/.dev  ## take the newest allowed versions into the locks (names, versions and hashes, no address)
	@echo "== requirements/dev.txt, and at the same versions demo.txt and bench.txt"
	@$(COMPILE) --upgrade --extra dev pyproject.toml -o requirements/dev.txt
	@$(COMPILE) --upgrade --extra demo pyproject.toml requirements/build.in -c requirements/dev.txt -o requirements/demo.txt
	@$(COMPILE) --upgrade --extra benchmark pyproject.toml requirements/build.in -c requirements/dev.txt -o requirements/bench.txt

clean:  ## remove .venv, caches and build results
	rm -rf $(VENV) .cache dist demo .hypothesis .pytest_cache .mypy_cache .ruff_cache

# Set-up. A stamp is newer than what it was made from, so that a second call does nothing.

$(VENV)/.demo: requirements/demo.txt requirements/install.py pyproject.toml | python
	@$(PYTHON) requirements/install.py requirements/demo.txt $(VENV)
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/install.py pyproject.toml | python
	@$(PYTHON) requirements/install.py requirements/dev.txt $(VENV)
	@touch $(VENV)/.demo $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.dev
	@$(PYTHON) requirements/install.py requirements/bench.txt $(VENV)
	@touch $@

python:
	@command -v $(PYTHON) > /dev/null \
	  || { echo "There is no $(PYTHON) here: install Python 3.11 or newer, or name one: make PYTHON=/path/to/python."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Tagline needs Python 3.11 or newer and $(PYTHON) is older: name another, as in make PYTHON=python3.12."; exit 1; }
