# make run    starts everything; Ctrl-C stops it        make test   the whole test suite (ARGS="-k bills" for a part)
# make check  what CI runs: linters, types, then tests  make lock   resolves requirements.in into requirements.txt
# make bench  the product beside stock Rasa: writes docs/benchmarks.md (ARGS="--stock-epochs 10" where an hour for its training is too long)
# make bench-bss  what a call to the operator costs, and what the sandbox can take: writes docs/bench-bss.md
# make bench-retrieval  whether the knowledge finds what is asked for: writes docs/bench-retrieval.md
# make bench-conflicts  conflicts between intents, also among 100,000 sentences: writes docs/bench-conflicts.md
# make bench-handover  500 customers and 50 agents, the desk killed in the middle; how fast lines reach agents: docs/bench-handover.md
# make contract-long  the sandbox against the TM Forum specifications, at length
# make load-wechat  200 people on a simulated WeChat, at its own pace: some minutes; fuzz-wechat: a minute of atheris at its entry
# make screenshots  writes docs/images/customer-*.png, agent-*.png and editor-*.png from the running pages
# make nlu-report  trains, measures and writes docs/nlu-report.md; the stock pipeline beside it takes long (STOCK=0: not now)
PYTHON := .venv/bin/python
RASA_ENV := RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1
ARGS :=
STOCK := 1
STOCK_EPOCHS := 100

.PHONY: bench load-wechat fuzz-wechat bench-handover run test check lint format install lock nlu-report screenshots bench-bss bench-retrieval bench-conflicts contract-long

run: install
	@$(PYTHON) -m deploy run

# Without plugins: pydantic's would keep all that a desk's every start declares, gigabytes in the end.
test: install
	HYPOTHESIS_NO_PLUGINS=1 $(PYTHON) -m pytest $(ARGS)

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

nlu-report: install
	@$(RASA_ENV) $(PYTHON) -m bench.nlu_report --stock-epochs $(STOCK_EPOCHS) $(if $(filter 0,$(STOCK)),--no-stock)

bench: install
	@$(RASA_ENV) $(PYTHON) -m bench.benchmarks $(ARGS)

bench-bss: install
	@$(PYTHON) -m bench.bss

bench-retrieval: install
	@$(RASA_ENV) $(PYTHON) -m bench.retrieval $(ARGS)

bench-conflicts: install
	@$(PYTHON) -m bench.conflicts $(ARGS)

bench-handover: install
	@$(PYTHON) -m bench.handover

screenshots: install
	@$(PYTHON) -m deploy.screenshots

# Every API of the sandbox against its specification, with many examples a path; CI runs a few.
contract-long: install
	TMF_CONTRACT=long $(PYTHON) -m pytest tests/sandbox/test_contract.py $(ARGS)

load-wechat: install
	WECHAT_LOAD=whole $(PYTHON) -m pytest tests/wechat/test_load.py -s $(ARGS)

# Atheris has wheels for Linux on x86-64 only, so it is not among the packages of the lock.
fuzz-wechat: install
	@$(PYTHON) -m pip install --quiet --only-binary :all: --upgrade --target var/fuzz atheris==2.3.0
	PYTHONPATH=var/fuzz $(PYTHON) -m tests.wechat.fuzz -max_total_time=60 $(ARGS)
