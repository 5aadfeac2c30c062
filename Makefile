# Two commands matter to a newcomer: `make run` and `make test`. Both need Python >= 3.11 with pip and venv, and nothing else.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
# uv installs the same locked set in a tenth of the time where a maintainer has it; pip is enough.
UV := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),uv pip install --quiet --python $(BIN)/python,$(BIN)/pip install --quiet --disable-pip-version-check) --require-hashes -r
# An extra that a dependency asks for has to stand in the lock by name: pip finds no pinned version for it otherwise, once a newer one is out.
LOCK = uv pip compile pyproject.toml --universal --no-strip-extras --generate-hashes --python-version 3.11 --quiet --no-header

# Tests start Python more than a hundred times: where the caller forbids bytecode, each start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test install check format lint types floors bench pictures translations lock wheel clean

.venv/.ok: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Certdesk needs Python 3.11 or newer; set PYTHON=python3.x")'
	@echo "Installing Certdesk into .venv (once; about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(INSTALL) requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev-ok: .venv/.ok requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(INSTALL) requirements-dev.lock
	@touch $@

install: .venv/.ok

run: .venv/.ok
	@$(BIN)/certdesk demo serve --host $(HOST) --port $(PORT)

test: .venv/.dev-ok
	@$(BIN)/pytest --numprocesses auto --dist worksteal

check: .venv/.dev-ok
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses auto --dist worksteal --cov --cov-report=term-missing:skip-covered --durations=40
	$(BIN)/coverage report --include='webapp/domain/*' --fail-under=100 --skip-covered

format: .venv/.dev-ok
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.dev-ok
	$(BIN)/python -m tests.benchmarks

pictures: .venv/.dev-ok
	$(BIN)/python -m tests.browser.pictures

translations: .venv/.dev-ok
	$(BIN)/python -m tests.translations

lock:
	$(LOCK) --extra build -o requirements.lock
	$(LOCK) --extra build --extra otel --extra dev -c requirements.lock -o requirements-dev.lock

wheel: .venv/.ok
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf .venv var dist .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
