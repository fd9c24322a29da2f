# Betaportal. `make run` runs it and `make test` proves it; each first installs what it needs into .venv/.

PYTHON ?= python3
BIN := .venv/bin
# Left to the whole run, as in `make test ARGS="tests/core -x"`.
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run services test check bench lock clean venv venv-dev

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 20

run: venv ## Run everything: PostgreSQL, Valkey, web, worker, beat (PORT, HOST, VAR_DIR, ADMIN_PASSWORD)
	@exec $(BIN)/python -m betaportal.runner run --die-with-parent

services: venv ## Run the embedded PostgreSQL and Valkey alone
	@exec $(BIN)/python -m betaportal.runner services --die-with-parent

test: venv-dev ## Run all tests, browser ones included
	@BROWSER_PATH="$$($(BIN)/python scripts/browser.py)"; export BROWSER_PATH; exec $(BIN)/python -m pytest -n 2 $(ARGS)

# A database that is never asked: these checks look at the code alone.
NO_SERVERS := DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0
PRODUCTION := BETAPORTAL_ENV=production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	EMAIL_URL=smtp://mail.example.com:25 ALLOWED_HOSTS=beta.example.com PUBLIC_URL=https://beta.example.com

check: venv-dev ## Run ruff, mypy, import-linter, the migrations', the deployment's and the locks' checks
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(NO_SERVERS) $(BIN)/python -m mypy
	$(BIN)/python $(BIN)/lint-imports
	$(NO_SERVERS) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, as in production"
	@$(NO_SERVERS) $(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python scripts/check_locks.py

bench: venv-dev ## Run the benchmarks: each prints its ratio to a baseline of the same run
	@set -e; for benchmark in benchmarks/[!_]*.py; do echo "== $$benchmark"; $(BIN)/python "$$benchmark"; done

lock: venv-dev ## Lock the newest admitted versions, with hashes
	$(BIN)/python -m uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/python -m uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt

clean: ## Remove the environment and the caches; data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

venv:
	@$(PYTHON) scripts/bootstrap.py run

venv-dev:
	@$(PYTHON) scripts/bootstrap.py dev
