# Two commands on a bare machine (python3 ≥ 3.11 with venv, and make): `make demo` and `make test`.
# Everything stands in .venv; a second call finds it there and installs nothing.

PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
COMPILE := $(BIN)/pip-compile -q --generate-hashes --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check format bench wheel lock example docs clean

help:
	@echo 'make demo     alertd at work in a make-believe city, in about a minute'
	@echo 'make test     all tests, on SQLite and on a real PostgreSQL'
	@echo 'make check    form, types, imports: what has to hold before a commit'
	@echo 'make format   put the code into its form'
	@echo 'make bench    speed, as ratios against floors measured in the same run'
	@echo 'make wheel    dist/alertd-*.whl'
	@echo 'make lock     pin the dependencies anew, within the ranges of pyproject.toml'
	@echo 'make example  write config.example.toml from the settings'
	@echo 'make docs     write the parts of the documents that are generated'
	@echo 'make clean    remove all that was made, .venv too'

demo: $(VENV)/.run
	$(BIN)/alertd demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(ARGS)

wheel: $(VENV)/.run
	$(PIP) wheel --no-index --no-deps --no-build-isolation --wheel-dir dist .

lock: $(VENV)/.dev
	$(COMPILE) --extra postgres --build-deps-for wheel --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra postgres --extra dev --allow-unsafe --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

example: $(VENV)/.run
	$(BIN)/python -c 'from alertd.settings.example import example_toml; print(end=example_toml())' > config.example.toml

docs: $(VENV)/.run
	$(BIN)/python -m docs.generate

clean:
	rm -rf $(VENV) build dist demo-out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the set-up ------------------------------------------------------------------------------------------------------
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'alertd needs python3 3.11 or newer; name one, as in: make demo PYTHON=python3.12' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo 'python3 has no venv; install it (Debian, Ubuntu: apt-get install python3-venv)' >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# The build backend is pinned like everything else, so alertd itself is installed without a look at any index.
$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.made
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
