# make run    starts everything; Ctrl-C stops it        make test   the whole test suite (ARGS="-k bills" for a part)
# make check  what CI runs: linters, types, then tests  make lock   resolves requirements.in into requirements.txt
PYTHON := .venv/bin/python
RASA_ENV := RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1
ARGS :=

.PHONY: run test check lint format install lock

run: install
	@$(PYTHON) -m deploy run

test: install
	$(PYTHON) -m pytest $(ARGS)

check: lint
	@$(MAKE) --no-print-directory test

lint: install
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(RASA_ENV) $(PYTHON) -m rasa data validate --data bot/data --fail-on-warnings
	cd web && npm run check

format: install
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

install:
	@deploy/bootstrap.sh

lock:
	uv pip compile --generate-hashes --python-version 3.10 --no-emit-index-url --no-annotate --no-header \
		requirements.in --output-file requirements.txt
