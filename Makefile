# hostkit: make demo · make test · make help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLUGINS := $(or $(HOSTKIT_TEST_PLUGINS),$(HOME)/.cache/hostkit-test-plugins)
export HOSTKIT_PLUGIN_PATH ?= $(PLUGINS)/vst3

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz kills check bench test-plugins test-install clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "hostkit needs Python 3.11 or later; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing hostkit and what it needs into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(VENV)/installed ## Render the example sessions to renders/
	@$(BIN)/hostkit demo -o renders

test: $(VENV)/installed ## Run the tests; those whose plug-ins are missing are left out and named
	@$(BIN)/python -m pytest -q -rs -n auto --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

fuzz: $(VENV)/installed ## Read 10,000 damaged files of every kind (FUZZ="--cases 500 --seed 2" for others)
	@$(BIN)/python tests/fuzz/run.py $(or $(FUZZ),--cases 10000)

kills: $(VENV)/installed ## Kill 100 renders over a delivery, count what is torn (KILLS="--kills 30" for others)
	@$(BIN)/python tests/kills/run.py $(KILLS)

check: $(VENV)/installed ## Lint, types, import order
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/installed ## Measure speed and memory as ratios, and write them to BENCHMARKS.md
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@$(BIN)/python tests/benchmarks/run.py

test-plugins: ## Install the real plug-ins that tests use (Debian or Ubuntu; asks for root)
	@sh .ci/install-plugins.sh $(PLUGINS)

test-install: ## Build the wheel, install it in a clean environment, render the examples with it
	@sh .ci/try-wheel.sh $(PYTHON)

clean: ## Remove what was made here; renders stay
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
