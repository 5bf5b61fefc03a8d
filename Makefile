# What people do with a checkout. `make` alone lists it.
#
# Needed: Python 3.11 or newer with venv, git, make. Everything else is fetched into
# .venv at exactly the versions, and with exactly the hashes, of the requirements files.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.SILENT:
.NOTPARALLEL:

PYTHON ?= python3
PORT ?= 8000
CORES ?= $(shell nproc 2>/dev/null || echo 2)
# Compiled modules are kept: else every process compiles all libraries anew.
unexport PYTHONDONTWRITEBYTECODE
LANG_OF_TOOLS := LC_ALL=C.UTF-8

VENV := .venv
IN := $(VENV)/bin

.PHONY: help
help:  ## list what can be made
	grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' \
	  | while IFS=$$'\t' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

.PHONY: setup
setup:  ## prepare .venv; nothing happens when it is ready
	PYTHON='$(PYTHON)' .ci/setup

.PHONY: run
run: setup  ## make the demo province if there is none, and serve it on PORT
	exec $(IN)/labms demo --port $(PORT)

.PHONY: test
test: setup  ## the test suite on SQLite
	$(LANG_OF_TOOLS) $(IN)/python -m pytest -n $(CORES) --dist worksteal -m 'not deep'

.PHONY: check
check: setup  ## everything that must hold before a merge
	$(LANG_OF_TOOLS) .ci/check

.PHONY: format
format: setup  ## let ruff format the code and repair what it can
	$(IN)/ruff format
	$(IN)/ruff check --fix

.PHONY: bench
bench: setup  ## the benchmarks, each against its bar
	for bench in tests/benchmarks/bench_*.py; do $(IN)/python "$$bench"; done

.PHONY: lock
lock: setup  ## write the requirements files anew from pyproject.toml
	$(IN)/python -m pip install -q uv
	for wanted in 'dev requirements-dev.txt' 'pg requirements.txt'; do \
	  set -- $$wanted; \
	  $(IN)/uv pip compile pyproject.toml --extra $$1 --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o $$2; \
	done

.PHONY: clean
clean:  ## remove .venv and caches; instances stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .grimp_cache .hypothesis
	find . -name __pycache__ -not -path './instance/*' -prune -exec rm -rf {} +
