# make demo    the whole job on invented music, offline, in about a minute
# make test    the whole test suite
# make check   style, types, layers, and the Cypher where there is Node.js
# make cypher  the Cypher alone, by Neo4j's own linter and formatter; brings Node.js if need be
# make bench   the benchmarks
# make coverage the whole test suite, and which lines of the program it never ran
# make browser Chromium for the tests of the explorer page, where there is none
# make pictures the pictures of the documents anew, from the demo
# make layers  the picture of the layers anew, from the imports
# make bundle  the explorer page's script anew from its source; needs Node.js
# make lock    requirements.lock anew, for today's pyproject.toml
#
# Each works as the first command in a fresh clone: it makes .venv and installs first.
# The first test run fetches two Neo4js from Maven Central (310 MB): see tests/support/neo4j/lines.py.
# Needs Python 3.11 or newer; name it by `make PYTHON=/path/to/python3.12 test`.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test check cypher bench coverage browser bundle pictures layers lock clean

VENV := .venv
BIN := $(VENV)/bin
CANDIDATES := python3.14 python3.13 python3.12 python3.11 python3 python
# Test processes: one more than two cores, because some tests wait more than they compute. Two
# of them start a Neo4j of 0.8 GB (tests/support/xdist_groups.py).
WORKERS := 3
IN_PARALLEL := -n $(WORKERS) --dist loadgroup --no-loadscope-reorder
# The settings of a database of yours are kept away from the demo and the tests.
ALONE := env -u NEO4J_URI -u NEO4J_USERNAME -u NEO4J_PASSWORD -u NEO4J_DATABASE -u GENREGRAPH_STORE

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: $(VENV)/installed
	@$(ALONE) $(BIN)/genregraph demo

test: $(VENV)/installed-dev
	$(ALONE) $(BIN)/python -m pytest $(IN_PARALLEL) $(PYTEST)

coverage: $(VENV)/installed-dev
	$(BIN)/coverage erase
	$(ALONE) $(BIN)/coverage run -m pytest $(IN_PARALLEL) $(PYTEST)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.tools.cypher_lint --if-possible

# Takes the system's Node.js, or else one from PyPI (61 MB).
cypher: $(VENV)/installed-dev
	@$(BIN)/python -m tests.tools.cypher_lint --there || \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --group node
	$(BIN)/python -m tests.tools.cypher_lint

bench: $(VENV)/installed-dev
	@for file in tests/benchmarks/bench_*.py; do \
	  name=$$(basename $$file .py); echo "== $$name"; \
	  $(ALONE) $(BIN)/python -m tests.benchmarks.$$name || exit 1; \
	done

# Looks for the names that tests/support/servers/browser.py knows. Package servers fail
# now and then, so it tries three times.
browser:
	@set -e; \
	for one in chromium chromium-browser google-chrome; do \
	  if command -v $$one >/dev/null; then echo "The tests use $$(command -v $$one)."; exit 0; fi; \
	done; \
	if ! command -v apt-get >/dev/null; then \
	  echo "Install Chromium or Google Chrome so that 'chromium' or 'google-chrome' starts it." >&2; \
	  exit 1; \
	fi; \
	root=""; if [ "$$(id -u)" != 0 ]; then root=sudo; fi; \
	for try in 1 2 3; do \
	  if $$root apt-get update -q && $$root apt-get install -q -y --no-install-recommends chromium; then \
	    exit 0; \
	  fi; \
	  sleep 5; \
	done; \
	echo "Chromium could not be installed by apt-get." >&2; exit 1

bundle:
	@if ! command -v npm >/dev/null; then \
	  echo "The bundle is built with Node.js 20 or newer: install it." >&2; exit 1; \
	fi
	cd queries/explorer/source && npm ci --no-audit --no-fund && npm run build

pictures: $(VENV)/installed-dev browser
	$(ALONE) $(BIN)/python -m tests.tools.make_pictures

layers: $(VENV)/installed-dev
	$(BIN)/python -m tests.tools.draw_layers

# Keeps the releases that still fit; `make lock UPGRADE=--upgrade` takes the newest.
lock: $(VENV)/installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group lock
	$(BIN)/python -m tests.tools.lock $(UPGRADE)

clean:
	rm -rf $(VENV)

$(VENV)/made:
	@set -e; \
	found="$(PYTHON)"; \
	if [ -z "$$found" ]; then \
	  for one in $(CANDIDATES); do \
	    if "$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	      found="$$one"; break; \
	    fi; \
	  done; \
	fi; \
	if [ -z "$$found" ]; then \
	  old=$$(python3 -V 2>/dev/null || echo "none"); \
	  echo "genregraph needs Python 3.11 or newer, and this machine has $$old. Install one, or name it: make PYTHON=/path/to/python" >&2; \
	  exit 1; \
	fi; \
	if ! "$$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "$$found is not Python 3.11 or newer. Name another one: make PYTHON=/path/to/python" >&2; \
	  exit 1; \
	fi; \
	if ! "$$found" -c 'import venv, ensurepip' 2>/dev/null; then \
	  version=$$("$$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  echo "The venv module of $$found is missing: install it (on Debian and Ubuntu: apt install python$$version-venv)." >&2; \
	  exit 1; \
	fi; \
	if [ -e $(VENV) ] && ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  rm -rf $(VENV); \
	fi; \
	"$$found" -m venv $(VENV); \
	touch $@

# The stamps are newer than pyproject.toml unless its dependencies may have changed.
$(VENV)/installed: $(VENV)/made pyproject.toml
	@echo "Installing into $(VENV) …" >&2
	@PYTHONWARNINGS="ignore:Editable installation" \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# `pip install --group` needs pip 25.1, and Python 3.11 brings an older one.
$(VENV)/installed-dev: $(VENV)/installed pyproject.toml
	@echo "Installing what the tests need …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@
