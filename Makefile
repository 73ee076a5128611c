# The only commands, which CI calls too; CONTRIBUTING.md explains them. `make demo` and `make test` need nothing but Python
# 3.11 or newer.
PYTHON ?= python3
VENV := .venv
# What is installed beside the package: `test` has less than `dev`.
GROUP ?= dev
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal
# The versions that are installed; pyproject.toml says which ones would do. `make lock` renews them.
LOCK := constraints.txt

.PHONY: demo test heavy coverage browser check format lint sync types web pictures wheel lowest lock py314 bench fuzz docs clean

demo: $(STAMP)
	$(BIN)/deltasib-query demo
	@echo 'Try it in your browser: $(BIN)/deltasib-query console'

# A first look, in a few minutes: no test marked `heavy`, and of each property a few examples. `make check` has the rest.
test: export HYPOTHESIS_PROFILE ?= quick
test: $(STAMP)
	$(PYTEST) -m 'not heavy and not browser'
	@echo 'Left out: the tests marked `heavy` (make heavy) or `browser` (make browser), and most examples of properties (make check).'

heavy: $(STAMP)
	$(PYTEST) -m heavy

# The tests that are not heavy once more, with all examples, and the branches that they reach.
coverage: $(STAMP)
	$(PYTEST) -m 'not heavy and not browser' --cov --cov-report=term:skip-covered

# The editor and the site in the chromium of the system. What a machine lacks for them is said in place of the tests. They wait
# for half of their time, so there are two processes for each core.
browser: export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * os.cpu_count())')
browser: $(STAMP)
	if npm --version >/dev/null 2>&1; then $(MAKE) --no-print-directory web/node_modules; fi
	$(BIN)/python -m pip install --quiet --constraint $(LOCK) --group browser
	$(PYTEST) tests/browser

check: format lint types coverage heavy browser wheel lowest

format: $(STAMP)
	$(BIN)/ruff format --check

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/python tools/make_sync.py --check

# The synchronous client is made from the asynchronous one.
sync: $(STAMP)
	$(BIN)/python tools/make_sync.py

# The editor of the package is built of the sources in web/. What is built is committed, so that only who changes it needs Node.
web: web/node_modules
	npm --prefix web run --silent types
	npm --prefix web run --silent test
	npm --prefix web run --silent build

web/node_modules: web/package-lock.json
	npm --version >/dev/null || { echo "the editor needs Node.js 20 or newer, and npm" >&2; exit 1; }
	npm --prefix web ci --silent
	touch $@

types: $(STAMP)
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

# The pictures of the documentation, which are committed: they need a chromium.
pictures: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint $(LOCK) --group browser
	PYTHONPATH=tests $(BIN)/python tools/make_pictures.py

# The wheel is tested as users get it: in an environment of its own, with the tests of the source distribution.
wheel: $(STAMP)
	rm -rf dist
	$(BIN)/python -m build --outdir dist
	$(BIN)/python tests/wheel.py dist

# The oldest versions that pyproject.toml allows, on the oldest Python: the rooms that use other libraries most.
OLD := $(addprefix tests/,conformance filters/policies filters/conditions filters/test_record.py integrations sandbox testing cli/test_check.py cli/test_list.py \
	client/wire/test_responses_over_http.py client/wire/test_tls.py client/wire/test_transport.py client/paging/test_listing.py \
	client/paging/test_async_listing.py)
lowest: $(STAMP)
	$(BIN)/uv venv --quiet --clear --python 3.11 .venv-lowest
	$(BIN)/uv pip install --quiet --python .venv-lowest --resolution lowest-direct \
		--requirements pyproject.toml --all-extras --group test --editable .
	HYPOTHESIS_PROFILE=quick .venv-lowest/bin/python -m pytest --quiet --numprocesses auto -m 'not heavy' $(OLD)

# `-e .` stands for the package itself, whose extras the groups name. atheris is left out: each Python needs another one.
lock: $(STAMP)
	echo '-e .' | $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --group dev --group bench --group browser \
		--no-annotate --no-emit-package deltasib-query --custom-compile-command 'make lock' --output-file $(LOCK) -

# Python 3.14 is npm's `pyodide`: WebAssembly, so without threads and processes, but the real one. What frees a deep tree
# there needs more of the stack than node has. LEFT_OUT has tests of FastAPI, which needs threads.
py314: FOLDERS ?= language filters/policies filters/conditions filters/test_record.py filters/test_parsing.py conformance py314
py314: LEFT_OUT := filters/policies/test_fastapi.py filters/policies/test_hostile_requests.py filters/policies/test_annotations.py
py314: $(STAMP)
	npm --version >/dev/null || { echo "make py314 needs Node.js and npm" >&2; exit 1; }
	npm install --silent --no-save --no-package-lock --prefix .venv-3.14 pyodide@314
	$(BIN)/python -m pip install --quiet --upgrade --target .venv-3.14/site-packages --only-binary :all: \
		--python-version 3.14 --implementation cp --abi cp314 --platform pyemscripten_2026_0_wasm32 \
		'.[mariadb,testing]' jdatetime
	ulimit -S -s $$(ulimit -H -s) && node --stack-size=60000 tests/py314/run.mjs .venv-3.14 \
		-q -p no:cacheprovider -m 'not heavy' $(LEFT_OUT:%=--ignore tests/%) $(FOLDERS:%=tests/%)

# SHORT=1 for a look of some seconds, JSON=file to keep the figures.
bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint $(LOCK) --editable . --group bench
	$(BIN)/python benchmarks/run.py $(if $(SHORT),--short) $(if $(JSON),--json $(JSON))

# Looks for a text that breaks a promise: make fuzz SECONDS=600. What it finds it writes into tests/fuzz/found.
fuzz: SECONDS ?= 60
fuzz: $(STAMP)
	$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet --constraint $(LOCK) --group fuzz
	PYTHONPATH=tests $(BIN)/python -m fuzz.fuzz_filters -max_total_time=$(SECONDS) \
		-timeout=10 -rss_limit_mb=2048 -max_len=1024 -len_control=10 -print_final_stats=1

docs: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

clean:
	rm -rf $(VENV) .venv-* build dist .coverage* .fuzz web/build web/node_modules

$(STAMP): pyproject.toml $(LOCK)
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint $(LOCK) --editable . --group $(GROUP)
	touch $(STAMP)
