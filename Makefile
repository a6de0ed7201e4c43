# Each target makes its own .venv first: all that has to be on the machine is Python 3.11 or newer, and make.

WORKERS ?= 2
SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo test soak bench bench-desk lint check

help:
	@echo "make demo    a whole call, played in this terminal; then telephones in your browser"
	@echo "make test    the tests (WORKERS=$(WORKERS) processes; ARGS='-k word' picks some)"
	@echo "make lint    ruff, mypy --strict and the import contracts"
	@echo "make check   lint, then test"
	@echo "make soak    the long tests: a fault at every point, many nights (ARGS='10 faults': a tenth, a part)"
	@echo "make bench   the speed of a call beside two other servers, and of the proof"
	@echo "make bench-desk   how quickly the desk's pages answer with a million calls (ARGS=20000: fewer)"

demo: $(READY)
	@$(BIN)/ivr demo

test: $(READY)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

soak: $(READY)
	@$(BIN)/python -m tests.soak $(ARGS)

bench: $(READY)
	@$(BIN)/python -m bench.calls $(ARGS)
	@$(BIN)/python -m bench.explore

bench-desk: $(READY)
	@$(BIN)/python -m bench.desk $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

check: lint test

# Made anew when the list of packages changes. A .venv whose Python has gone, or is too old, is replaced.
$(READY): pyproject.toml constraints.txt
	@set -e; \
	if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  chosen=; bare=; \
	  for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then chosen=$$python; break; fi; \
	    bare=$$python; \
	  done; \
	  if [ -z "$$chosen" ] && [ -n "$$bare" ]; then \
	    echo "$$bare lacks Python's venv module: install it (Debian and Ubuntu: apt install python3-venv) and run make again." >&2; exit 1; \
	  elif [ -z "$$chosen" ]; then \
	    echo "Python 3.11 or newer was not found: install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; \
	  fi; \
	  echo "Setting up .venv with $$("$$chosen" --version) ..."; \
	  "$$chosen" -m venv --clear .venv; \
	fi; \
	echo "Installing the packages that constraints.txt pins (a minute or two the first time) ..."; \
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt setuptools; \
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev,browser]'; \
	touch $@; \
	echo "Ready."
