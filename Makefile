# Names that scripts outside rely on: demo test install check bench.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

# The first of these that is new enough; `make PYTHON=/path/to/python3.12 …` to name another.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
PEERS := tests/smpp/peers
PYTEST_ARGS ?=

.PHONY: help demo install test reliability fuzz check bench bench-session bench-ussd bench-operations bench-statistics docs clean

help:  ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(VENV)/.runs demo/tonegate.toml  ## Run everything on this machine, with a core and an SMSC to try it against
	@# At a terminal as a job of its own, so that Ctrl-C reaches it alone and make hears how it ended: with 0.
	@if [ -t 0 ]; then set -m; fi; $(BIN)/tonegate --config demo/tonegate.toml up --with sandbox,simulator

install: $(VENV)/.develops  ## Make .venv with everything, tonegate in .venv/bin

# Two at once on two cores: most tests wait for processes of the product, and one core stood idle.
test: $(VENV)/.develops peers  ## Run the whole test suite
	$(BIN)/pytest -n logical --maxprocesses 4 --dist worksteal $(PYTEST_ARGS)

TEXTS ?= 100000
reliability: $(VENV)/.develops peers  ## Break everything under TEXTS=100000 texts; takes hours
	TONEGATE_RELIABILITY_TEXTS=$(TEXTS) $(BIN)/pytest tests/reliability --timeout=0 $(PYTEST_ARGS)

DIALS ?= 100000
fuzz: $(VENV)/.develops  ## Press random keys through DIALS=100000 USSD dials; takes an hour
	TONEGATE_FUZZ_EXAMPLES=$(DIALS) $(BIN)/pytest tests/fuzz --timeout=0 $(PYTEST_ARGS)

check: $(VENV)/.develops  ## Lint and type
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.develops  ## Measure texts in to answers out
	$(BIN)/python benchmarks/end_to_end.py $(BENCH_ARGS)

bench-session: $(VENV)/.develops  ## Measure codec and session beside smpplib's own client
	$(BIN)/python benchmarks/session.py $(BENCH_ARGS)

bench-ussd: $(VENV)/.develops  ## Measure screens of a dial beside a bare Starlette route
	$(BIN)/python benchmarks/ussd.py $(BENCH_ARGS)

bench-operations: $(VENV)/.develops  ## Measure operations' looks in a journal of ROWS messages
	$(BIN)/python benchmarks/operations.py --rows $(or $(ROWS),5000000) $(BENCH_ARGS)

bench-statistics: $(VENV)/.develops  ## Measure reports over two years of MESSAGES a month, and counting
	$(BIN)/python benchmarks/statistics_reports.py --messages $(or $(MESSAGES),10000000) $(BENCH_ARGS)

docs: $(VENV)/.develops  ## Make the pages that are made from the code
	$(BIN)/python -m workers.settings

clean:  ## Take away what was made, the demo's messages too
	rm -rf $(VENV) demo build dist *.egg-info $(PEERS)/node_modules

# What it takes to run is a fifth of what it takes to develop: a demo doesn't wait for the rest.
$(VENV)/.runs: $(VENV)/.made setup.cfg pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[embedded]'
	@touch $@

$(VENV)/.develops: $(VENV)/.made setup.cfg pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.runs

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Tonegate needs Python 3.11 or newer: install it, or say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) can't make a virtual environment: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

demo/tonegate.toml: docs/demo.toml
	@mkdir -p demo
	@(umask 077; printf 'tonegate\n' > demo/core.password; printf 'tonegate\n' > demo/smsc.password)
	@cp docs/demo.toml $@

.PHONY: peers
peers:  # the SMSC made with npm's smpp; its tests say so where it is missing
	@if command -v npm >/dev/null 2>&1 && [ -f $(PEERS)/package-lock.json ] && \
		[ ! $(PEERS)/node_modules -nt $(PEERS)/package-lock.json ]; then \
		cd $(PEERS) && npm ci --silent --no-audit --no-fund && touch node_modules; fi
