# The only commands, which CI calls too. `make demo` and `make test` need nothing but Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check format lint types wheel bench fuzz docs clean

demo: $(STAMP)
	$(BIN)/deltasib-query demo

test: $(STAMP)
	$(BIN)/python -m pytest --numprocesses auto

check: format lint types test wheel

format: $(STAMP)
	$(BIN)/ruff format --check

lint: $(STAMP)
	$(BIN)/ruff check

types: $(STAMP)
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

# The wheel is tested as users get it: in an environment of its own, without the source tree.
wheel: $(STAMP)
	rm -rf build dist
	$(BIN)/python -m build --outdir dist
	$(BIN)/python tests/wheel.py dist

# SHORT=1 for a look of some seconds, JSON=file to keep the figures.
bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	$(BIN)/python benchmarks/run.py $(if $(SHORT),--short) $(if $(JSON),--json $(JSON))

# Looks for a text that breaks a promise: make fuzz SECONDS=600. What it finds it writes into tests/fuzz/found.
fuzz: SECONDS ?= 60
fuzz: $(STAMP)
	$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet --editable '.[fuzz]'
	PYTHONPATH=tests $(BIN)/python -m fuzz.fuzz_filters -max_total_time=$(SECONDS) \
		-timeout=10 -rss_limit_mb=2048 -max_len=1024 -len_control=10 -print_final_stats=1

docs: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

clean:
	rm -rf $(VENV) build dist .fuzz

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $(STAMP)
